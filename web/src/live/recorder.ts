/** A microphone, its text from the server, and what was recorded. */

import { signal } from '@preact/signals';
import worklet from './capture.worklet?worker&url';
import { hear, NOTHING, type Heard } from './heard';
import { microphone, stop } from './microphone';
import { fileName, level, RATE_HZ, toS16le, wav } from './pcm';

// So many bytes may wait to be sent before the line is called too slow.
const MOST_WAITING_BYTES = 8 * 1024 * 1024;
const END = '{"type":"end"}';

export class Recorder {
  readonly heard = signal<Heard>(NOTHING);
  readonly level = signal(0);
  readonly seconds = signal(0);
  readonly state = signal<'starting' | 'recording' | 'ending' | 'over'>('starting');
  /** Whether the recording is somewhere else too. */
  isSafe = false;
  #blocks: Int16Array[] = [];
  #context: AudioContext | null = null;
  #stream: MediaStream | null = null;
  #socket: WebSocket | null = null;
  #givenUp = false;

  /** Raises an Error with a sentence. */
  async start(options: Record<string, unknown>, key: string | null): Promise<void> {
    try {
      const stream = await microphone();
      if (this.#givenUp) return stop(stream); // somebody did not wait for the question
      this.#stream = stream;
      await this.#listen(stream);
    } catch (error) {
      this.close();
      throw error;
    }
    if (this.#givenUp) return;
    this.#connect(options, key);
    this.state.value = 'recording';
  }

  /** No more audio; the text of the last words still comes. */
  stop(): void {
    if (this.state.value !== 'recording') return;
    this.state.value = 'ending';
    this.#release();
    const state = this.#socket?.readyState;
    if (state === WebSocket.OPEN) this.#socket!.send(END);
    else if (state !== WebSocket.CONNECTING) this.state.value = 'over';
  }

  /** Gives everything up. */
  close(): void {
    this.#givenUp = true;
    this.#release();
    this.#socket?.close();
    this.state.value = 'over';
  }

  get isUnsaved(): boolean {
    return !this.isSafe && this.#blocks.length > 0;
  }

  file(): File {
    return new File([wav(this.#blocks, RATE_HZ)], fileName(new Date()));
  }

  async #listen(stream: MediaStream): Promise<void> {
    const context = new AudioContext();
    this.#context = context;
    await context.audioWorklet.addModule(worklet).catch(() => {
      throw new Error('The recorder could not be loaded: load this page again, and try again.');
    });
    if (this.#givenUp) return;
    const node = new AudioWorkletNode(context, 'capture');
    node.port.onmessage = (message: MessageEvent<Float32Array>) => this.#take(message.data);
    context.createMediaStreamSource(stream).connect(node);
    void context.resume(); // some browsers begin with a pause
    // A microphone that is pulled out ends the recording as Stop does.
    stream.getTracks().forEach((track) => track.addEventListener('ended', () => this.stop()));
  }

  #connect(options: Record<string, unknown>, key: string | null): void {
    const url = new URL('/v1/stream', location.href);
    url.protocol = url.protocol.replace('http', 'ws');
    const socket = new WebSocket(url);
    this.#socket = socket;
    socket.onopen = () => {
      const audio = { encoding: 's16le', sample_rate_hz: RATE_HZ, channels: 1 };
      const start = { type: 'start', audio, interim: true, options, ...(key ? { key } : {}) };
      socket.send(JSON.stringify(start));
      // What was said while the connection was made.
      for (const block of this.#blocks) socket.send(block as Int16Array<ArrayBuffer>);
      if (this.state.value === 'ending') socket.send(END);
    };
    socket.onmessage = (message: MessageEvent<string>) => {
      this.heard.value = hear(this.heard.value, JSON.parse(message.data));
      if (this.heard.value.finished) this.state.value = 'over';
    };
    socket.onclose = () => this.#closed();
  }

  #closed(): void {
    const { finished, error } = this.heard.value;
    if (!finished && !error && this.state.value !== 'over') {
      this.heard.value = {
        ...this.heard.value,
        error: 'The connection to the server is lost. What was recorded so far is kept.',
      };
    }
    // The microphone goes on: what is said is worth more than its draft.
    if (this.state.value === 'ending') this.state.value = 'over';
  }

  #take(samples: Float32Array): void {
    if (this.state.value !== 'recording') return;
    const block = toS16le(samples);
    this.#blocks.push(block);
    this.level.value = level(samples);
    this.seconds.value += samples.length / RATE_HZ;
    const socket = this.#socket;
    if (socket?.readyState !== WebSocket.OPEN) return;
    if (socket.bufferedAmount > MOST_WAITING_BYTES) socket.close();
    else socket.send(block as Int16Array<ArrayBuffer>);
  }

  #release(): void {
    if (this.#stream) stop(this.#stream);
    void this.#context?.close().catch(() => {});
  }
}
