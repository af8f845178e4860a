/** Hands what the microphone hears to the page: mono, 16 kHz, a tenth of a second at a time. */

import { RATE_HZ } from './pcm';
import { Resampler } from './resample';

// Of the scope in which this file runs; TypeScript's own library does not name them.
declare const sampleRate: number;
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare function registerProcessor(name: string, made: new () => AudioWorkletProcessor): void;

const BLOCK = RATE_HZ / 10;

class Capture extends AudioWorkletProcessor {
  readonly #resampler = new Resampler(sampleRate, RATE_HZ);
  #block = new Float32Array(BLOCK);
  #filled = 0;

  process([input]: Float32Array[][]): boolean {
    if (input?.length) this.#resampler.push(mixed(input)).forEach((sample) => this.#add(sample));
    return true;
  }

  #add(sample: number): void {
    this.#block[this.#filled++] = sample;
    if (this.#filled < BLOCK) return;
    this.port.postMessage(this.#block.slice());
    this.#filled = 0;
  }
}

function mixed(channels: readonly Float32Array[]): Float32Array {
  return channels[0]!.map((_, at) => channels.reduce((sum, one) => sum + one[at]!, 0) / channels.length);
}

registerProcessor('capture', Capture);
