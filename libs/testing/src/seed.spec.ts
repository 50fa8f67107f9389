import { expect, it } from '@jest/globals';
import fc from 'fast-check';

it('draws the same cases in every run, unless others are asked for', () => {
  const draw = (): number[] => fc.sample(fc.integer(), 5);
  expect(fc.readConfigureGlobal().seed).toEqual(process.env['FC_SEED'] === 'random' ? undefined : expect.any(Number));
  if (process.env['FC_SEED'] !== 'random') expect(draw()).toEqual(draw());
});
