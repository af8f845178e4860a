/** Records a clip from the microphone, in whatever form the browser records. */

const KINDS = ['audio/webm;codecs=opus', 'audio/mp4', 'audio/ogg;codecs=opus'];
const SUFFIXES: Record<string, string> = { webm: 'webm', mp4: 'm4a', ogg: 'ogg' };
const PART_MS = 1000;

export interface Recorded {
  data: Blob;
  name: string;
}

/** Runs from when it is made; `finish` gives the clip, `drop` none. */
export class ClipRecorder {
  private readonly parts: Blob[] = [];
  private readonly recorder: MediaRecorder;

  private constructor(private readonly stream: MediaStream) {
    const kind = KINDS.find((one) => MediaRecorder.isTypeSupported(one));
    this.recorder = new MediaRecorder(stream, kind ? { mimeType: kind } : {});
    this.recorder.addEventListener('dataavailable', ({ data }) => this.parts.push(data));
    this.recorder.start(PART_MS);
  }

  /** Asks for the microphone. Raises an Error with a sentence when there is none to be had. */
  static async start(): Promise<ClipRecorder> {
    try {
      // The browser's own cleaning would take away what tells of a place.
      const stream = await navigator.mediaDevices.getUserMedia({
        audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
      });
      return new ClipRecorder(stream);
    } catch (error) {
      throw new Error(sentence(error), { cause: error });
    }
  }

  async finish(): Promise<Recorded> {
    const ended = new Promise((resolve) => this.recorder.addEventListener('stop', resolve));
    this.recorder.stop();
    await ended;
    this.release();
    const type = this.recorder.mimeType.split(';')[0] || 'audio/webm';
    const suffix = SUFFIXES[type.split('/')[1] ?? ''] ?? 'webm';
    return { data: new Blob(this.parts, { type }), name: `recording.${suffix}` };
  }

  drop(): void {
    if (this.recorder.state !== 'inactive') this.recorder.stop();
    this.release();
  }

  private release(): void {
    this.stream.getTracks().forEach((track) => track.stop());
  }
}

function sentence(error: unknown): string {
  switch ((error as DOMException).name) {
    case 'NotAllowedError':
      return 'The browser may not use the microphone. Allow it in the settings of this page.';
    case 'NotFoundError':
      return 'There is no microphone.';
    case 'TypeError':
      return 'Recording needs https, or a server on this machine.';
    default:
      return `The microphone cannot be used: ${(error as Error).message}`;
  }
}
