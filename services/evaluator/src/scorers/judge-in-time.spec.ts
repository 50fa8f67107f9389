import { describe, expect, it } from '@jest/globals';
import { judgeInTime } from './judge-in-time.js';

describe('judgeInTime', () => {
  it('asks once more where the first answer did not come in time, as on a busy machine', () => {
    let asked = 0;
    const verdict = judgeInTime(() => {
      asked += 1;
      while (asked === 1);
      return true;
    });
    expect([verdict, asked]).toEqual([true, 2]);
  });

  it('is late where no answer comes at all', () => {
    let asked = 0;
    const verdict = judgeInTime(() => {
      asked += 1;
      for (;;);
    });
    expect([verdict, asked]).toEqual(['late', 2]);
  });

  it('passes on what the judgement throws', () => {
    const defect = new TypeError('not a judge');
    const judge = () => {
      throw defect;
    };
    expect(() => judgeInTime(judge)).toThrow(defect);
  });
});
