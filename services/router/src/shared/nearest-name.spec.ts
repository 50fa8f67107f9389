import { describe, expect, it } from '@jest/globals';
import { nearestName } from './nearest-name.js';

describe('a suggestion', () => {
  const known = ['instructions', 'tools', 'model', 'memory', 'calculator'];

  it.each([
    ['instuctions', 'instructions'],
    ['tool', 'tools'],
    ['modle', 'model'],
    ['Calculater', 'calculator'],
  ])('for %s is %s', (written, meant) => expect(nearestName(written, known)).toBe(meant));

  it('is not made where nothing is near', () => {
    expect(nearestName('zebra', known)).toBeUndefined();
    expect(nearestName('', known)).toBeUndefined();
  });
});
