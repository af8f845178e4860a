/** How loud a recording is over its time. */

// A browser decodes a whole file at its own rate, as floats, whatever rate is asked for: an hour
// of stereo at 48 kHz would be 1.4 GB. So much may be held for a moment; beyond it, lanes alone.
export const LONGEST_S = 15 * 60;
const RATE_HZ = 8000;
const BUCKETS = 2000;

/** The loudest of each of so many stretches, from 0 to 1. */
export function peaks(samples: Float32Array, buckets: number): Float32Array {
  const found = new Float32Array(buckets);
  for (let bucket = 0; bucket < buckets; bucket++) {
    const from = Math.floor((bucket * samples.length) / buckets);
    const to = Math.floor(((bucket + 1) * samples.length) / buckets);
    for (let at = from; at < to; at++) {
      const loud = Math.abs(samples[at]!);
      if (loud > found[bucket]!) found[bucket] = loud;
    }
  }
  return found;
}

/** Null for what is too long, or what this browser cannot read. */
export async function readPeaks(recording: Blob, duration_s: number): Promise<Float32Array | null> {
  if (duration_s > LONGEST_S) return null;
  try {
    const context = new OfflineAudioContext(1, 1, RATE_HZ);
    const decoded = await context.decodeAudioData(await recording.arrayBuffer());
    return peaks(decoded.getChannelData(0), BUCKETS);
  } catch {
    return null;
  }
}
