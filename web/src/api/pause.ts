/** Waits so long, or until the signal comes or the network is back. */
export function pause(seconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const over = () => {
      clearTimeout(timer);
      window.removeEventListener('online', over);
      signal?.removeEventListener('abort', over);
      resolve();
    };
    const timer = setTimeout(over, 1000 * seconds);
    window.addEventListener('online', over);
    signal?.addEventListener('abort', over);
  });
}
