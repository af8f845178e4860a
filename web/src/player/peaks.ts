/** How loud a recording is over its time, as the server has drawn it. */

import type { WaveformData } from '../api/types';

/** The loudest of each point, from 0 to 1, for exactly so many seconds. */
export function peaksOf(waveform: WaveformData, duration_s: number): Float32Array {
  const { data, length, bits } = waveform;
  const point_s = waveform.samples_per_pixel / waveform.sample_rate;
  const found = new Float32Array(Math.max(1, Math.ceil(duration_s / point_s)));
  const scale = 2 ** (bits - 1);
  for (let at = 0; at < Math.min(length, found.length); at++) {
    found[at] = Math.max(Math.abs(data[2 * at]!), Math.abs(data[2 * at + 1]!)) / scale;
  }
  return found;
}
