import { expect, it } from 'vitest';
import { after } from './steps';

it('goes by steps, and never beyond an end', () => {
  expect(after('ArrowRight', 10, 60)).toBe(15);
  expect(after('ArrowLeft', 2, 60)).toBe(0);
  expect(after('PageUp', 40, 60)).toBe(60);
  expect([after('Home', 40, 60), after('End', 40, 60)]).toEqual([0, 60]);
});

it('leaves other keys alone', () => {
  expect(after('Tab', 10, 60)).toBeNull();
  expect(after('a', 10, 60)).toBeNull();
});
