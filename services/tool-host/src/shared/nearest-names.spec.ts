import { describe, expect, it } from '@jest/globals';
import { didYouMean, nearestNames } from './nearest-names.js';

const known = ['calculator', 'clock', 'file_list', 'file_read', 'file_write', 'http_fetch', 'memory_save'];

describe('nearest names', () => {
  it('finds a misspelt name', () => expect(nearestNames('calcualtor', known)[0]).toBe('calculator'));
  it('finds a part of a name', () => expect(nearestNames('fetch', known)[0]).toBe('http_fetch'));
  it('finds nothing for what is like nothing', () => expect(nearestNames('zzzzzzzzzzzz', known)).toEqual([]));
  it('says it as a question', () => {
    expect(didYouMean('file_rad', known)).toMatch(/^ Did you mean "file_read"/);
    expect(didYouMean('xyzzy-plugh', known)).toBe('');
  });
});
