import { describe, expect, it } from '@jest/globals';
import { supersede } from './supersede.js';

const claim = (id: string, day: number, trust = 3) => ({ id, trust, validFrom: new Date(Date.UTC(2026, 0, day)) });

describe('which of two facts of one subject holds', () => {
  it('is the later, from when it is true', () => {
    expect(supersede(claim('new', 5), [claim('old', 1), claim('older', 0)])).toEqual([
      { id: 'old', by: 'new', at: claim('new', 5).validFrom },
      { id: 'older', by: 'new', at: claim('new', 5).validFrom },
    ]);
  });

  it('is what was true next, where the new one tells of an earlier time', () => {
    expect(supersede(claim('new', 1), [claim('last', 9), claim('next', 5)])).toEqual([
      { id: 'new', by: 'next', at: claim('next', 5).validFrom },
    ]);
  });

  it('is both, where the later is believed less', () => {
    expect(supersede(claim('rumour', 5, 1), [claim('known', 1, 3)])).toEqual([]);
    expect(supersede(claim('known', 1, 3), [claim('rumour', 5, 1)])).toEqual([]);
  });
});
