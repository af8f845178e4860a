import { expect, it } from 'vitest';
import { peaksOf } from './peaks';

const drawn = { sample_rate: 16000, samples_per_pixel: 1600, bits: 8, length: 3 };

it('takes the louder side of each point', () => {
  const data = [-64, 32, 0, 0, -16, 96];
  expect([...peaksOf({ ...drawn, data }, 0.3)]).toEqual([0.5, 0, 0.75]);
});

it('is as long as the recording, whatever was drawn of it', () => {
  const data = [-64, 64, -64, 64, -64, 64];
  expect([...peaksOf({ ...drawn, data }, 0.5)]).toEqual([0.5, 0.5, 0.5, 0, 0]);
  expect([...peaksOf({ ...drawn, data }, 0.15)]).toEqual([0.5, 0.5]);
  expect([...peaksOf({ ...drawn, length: 0, data: [] }, 0)]).toEqual([0]);
});
