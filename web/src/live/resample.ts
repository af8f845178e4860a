/** From one sample rate to another, a block at a time. */

// Zero crossings of the sinc on each side: what would fold back is 80 dB down.
const CROSSINGS = 24;
// Of the band that both rates have: the rest is for the filter to fall.
const PASSED = 0.9;

export class Resampler {
  readonly #up: number;
  readonly #down: number;
  readonly #half: number;
  readonly #phases: readonly Float32Array[];
  #kept: Float32Array;
  #at: number;
  #phase = 0;

  constructor(from_hz: number, to_hz: number) {
    const shared = gcd(from_hz, to_hz);
    this.#up = to_hz / shared;
    this.#down = from_hz / shared;
    const cutoff = PASSED * Math.min(1, to_hz / from_hz);
    this.#half = Math.ceil(CROSSINGS / cutoff);
    this.#phases = Array.from({ length: this.#up }, (_, phase) =>
      kernel(phase / this.#up, cutoff, this.#half),
    );
    this.#kept = new Float32Array(this.#half - 1); // silence before the first sample
    this.#at = this.#half - 1;
  }

  /** All samples of the new rate for which enough has been heard. */
  push(samples: Float32Array): Float32Array {
    const heard = new Float32Array(this.#kept.length + samples.length);
    heard.set(this.#kept);
    heard.set(samples, this.#kept.length);
    const made = new Float32Array(Math.ceil((heard.length * this.#up) / this.#down));
    let count = 0;
    while (this.#at + this.#half < heard.length) {
      const taps = this.#phases[this.#phase]!;
      const first = this.#at - this.#half + 1;
      let sum = 0;
      for (let tap = 0; tap < taps.length; tap++) sum += taps[tap]! * heard[first + tap]!;
      made[count++] = sum;
      this.#phase += this.#down;
      this.#at += Math.floor(this.#phase / this.#up);
      this.#phase %= this.#up;
    }
    const first = this.#at - this.#half + 1;
    this.#kept = heard.slice(first);
    this.#at -= first;
    return made.slice(0, count);
  }
}

/** A sinc under a Blackman window, for a place that far behind a sample; its sum is 1. */
function kernel(behind: number, cutoff: number, half: number): Float32Array {
  const taps = Float32Array.from({ length: 2 * half }, (_, tap) => {
    const x = tap - half + 1 - behind;
    const turn = (Math.PI * x) / half;
    const window = 0.42 + 0.5 * Math.cos(turn) + 0.08 * Math.cos(2 * turn);
    const angle = Math.PI * cutoff * x;
    return window * (angle ? Math.sin(angle) / angle : 1);
  });
  const sum = taps.reduce((total, tap) => total + tap, 0);
  return taps.map((tap) => tap / sum);
}

const gcd = (a: number, b: number): number => (b ? gcd(b, a % b) : a);
