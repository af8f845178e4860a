/** Samples as bytes. */

/** What the models hear: more would only be longer on its way. */
export const RATE_HZ = 16_000;

export function toS16le(samples: Float32Array): Int16Array {
  const found = new Int16Array(samples.length);
  samples.forEach((sample, at) => {
    found[at] = Math.max(-32768, Math.min(32767, Math.round(sample * 32768)));
  });
  return found;
}

/** A WAV file, mono, 16 bits. */
export function wav(blocks: readonly Int16Array[], rate_hz: number): Blob {
  const size_bytes = 2 * blocks.reduce((sum, block) => sum + block.length, 0);
  const header = new DataView(new ArrayBuffer(44));
  const word = (at: number, text: string) =>
    [...text].forEach((letter, place) => header.setUint8(at + place, letter.charCodeAt(0)));
  word(0, 'RIFF');
  header.setUint32(4, 36 + size_bytes, true);
  word(8, 'WAVEfmt ');
  header.setUint32(16, 16, true);
  header.setUint16(20, 1, true);
  header.setUint16(22, 1, true);
  header.setUint32(24, rate_hz, true);
  header.setUint32(28, 2 * rate_hz, true);
  header.setUint16(32, 2, true);
  header.setUint16(34, 16, true);
  word(36, 'data');
  header.setUint32(40, size_bytes, true);
  return new Blob([header, ...(blocks as Int16Array<ArrayBuffer>[])], { type: 'audio/wav' });
}

/** By the clock of the person, without a colon: not every system takes one in a name. */
export function fileName(when: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const day = [when.getFullYear(), two(when.getMonth() + 1), two(when.getDate())].join('-');
  return `Recording ${day} ${two(when.getHours())}.${two(when.getMinutes())}.wav`;
}

/** How loud a block is, from 0 (−60 dB and less) to 1. */
export function level(samples: Float32Array): number {
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
  return Math.max(0, Math.min(1, 1 + (10 * Math.log10(power + 1e-12)) / 60));
}
