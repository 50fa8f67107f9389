import { describe, expect, it } from '@jest/globals';
import { duration, oneLine } from './format.js';

describe('durations', () => {
  it('have no minute of sixty seconds, and no hour of sixty minutes', () => {
    expect([119_400, 119_600, 3_599_400, 3_599_700].map(duration)).toEqual([
      '1 min 59 s',
      '2 min 0 s',
      '59 min 59 s',
      '1 h 0 min',
    ]);
  });
});

describe('a line', () => {
  it('that is too long says that it goes on', () => {
    expect([oneLine('as it is', 8), oneLine('as it is and more', 8)]).toEqual(['as it is', 'as it i…']);
  });
});
