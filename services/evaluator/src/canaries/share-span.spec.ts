import { describe, expect, it } from '@jest/globals';
import { seenShare, shareAt, type ShareSpan } from './share-span.js';

const at = (second: number) => new Date(Date.UTC(2026, 10, 1, 0, 0, second));
const seen = (spans: readonly ShareSpan[], share: number, asked: number, answered = asked + 1) =>
  seenShare(spans, share, { startedAt: at(0), asked: at(asked), answered: at(answered) });

describe('the shares of a rollout', () => {
  it('are known from its beginning, while they stay', () => {
    const spans = seen(seen([], 0.1, 10), 0.1, 20);
    expect(spans).toEqual([{ share: 0.1, from: at(0).toISOString(), to: at(20).toISOString() }]);
    expect([at(0), at(15), at(25)].map((time) => shareAt(spans, time))).toEqual([0.1, 0.1, 0.1]);
  });

  it('are not known of runs that were accepted while one may have changed', () => {
    const spans = seen(seen(seen([], 0.1, 10), 0.5, 20), 0.5, 30);
    expect([at(5), at(10), at(11), at(20), at(21), at(40)].map((time) => shareAt(spans, time))).toEqual([
      ...[0.1, 0.1, undefined, undefined, 0.5, 0.5],
    ]);
  });

  it('do not go back where another replica has heard more', () => {
    const spans = seen(seen([], 0.1, 30), 0.1, 20);
    expect(spans).toEqual([{ share: 0.1, from: at(0).toISOString(), to: at(30).toISOString() }]);
  });

  it('hold for a run whose clock was behind at the beginning', () => {
    expect(shareAt(seen([], 0.1, 10), new Date(at(0).getTime() - 5))).toBe(0.1);
  });

  it('are not known of a rollout that was never seen', () => {
    expect(shareAt([], at(0))).toBeUndefined();
  });
});
