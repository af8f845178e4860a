/** Times as people read them. */

/** 1:05, 1:01:05. */
export function clock(time_s: number): string {
  const whole = Math.max(0, Math.floor(time_s));
  const two = (value: number) => String(value).padStart(2, '0');
  const [hours, minutes, seconds] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return hours ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}

/** About 3 minutes: no more exact than an estimate is. */
export function about(time_s: number): string {
  if (time_s < 50) return `${Math.max(5, 5 * Math.ceil(time_s / 5))} seconds`;
  const minutes = Math.max(1, Math.round(time_s / 60));
  if (minutes < 60) return minutes === 1 ? '1 minute' : `${minutes} minutes`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export function bytes(count: number): string {
  const mega = count / 1e6;
  return mega < 10 ? `${mega.toFixed(1)} MB` : `${Math.round(mega).toLocaleString('en')} MB`;
}
