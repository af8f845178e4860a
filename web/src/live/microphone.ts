/** A microphone, or a sentence that says why there is none. */

// A meeting is heard as it is: what a call takes for noise may be the voice across the room.
const AS_IT_IS = { channelCount: 1, echoCancellation: false, noiseSuppression: false };

/** Raises an Error with a sentence. */
export async function microphone(): Promise<MediaStream> {
  if (!isSecureContext || !navigator.mediaDevices) {
    throw new Error(
      'The microphone cannot be used: a browser allows it only for a page of this computer ' +
        '(localhost) or one that comes over https.',
    );
  }
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: AS_IT_IS });
  } catch (error) {
    throw new Error(reason(error instanceof DOMException ? error.name : ''));
  }
}

/** By the name of the error of a browser. */
export function reason(name: string): string {
  if (name === 'NotFoundError') return 'There is no microphone: connect one, and try again.';
  if (name === 'NotReadableError') {
    return 'The microphone cannot be used: another program may hold it. Close that, and try again.';
  }
  return 'The microphone cannot be used: allow it for this page, and try again.';
}

export function stop(stream: MediaStream): void {
  stream.getTracks().forEach((track) => track.stop());
}
