import { describe, expect, it } from '@jest/globals';
import { ConfigurationSchema, create } from '@switchyard/contracts';
import { endedByDrift, type BackendChange } from './drift-ends.js';
import type { Life } from './lives.js';

const day = (number: number) => new Date(Date.parse('2026-11-01T00:00:00Z') + number * 86_400_000);
const life = (backend: string, [from, to]: [number, number], end?: Life['end']): Life => ({
  ...{ agent: 'helper', firstRunAt: day(from), lastRunAt: day(to), runs: 50, failed: 0, recentRuns: 20 },
  ...{ recentFailed: 0, configuration: create(ConfigurationSchema, { fingerprint: 'sha256:a', backend }) },
  ...(end ? { end } : {}),
});
const change = (backend: string, at: number, kind: BackendChange['kind'] = 'quality'): BackendChange => ({
  ...{ backend, kind, after: day(at - 0.5), at: day(at), cause: kind === 'quality' ? 'drift' : 'provider_change' },
});
const endOf = (of: Life, ...changes: BackendChange[]) => endedByDrift([of], changes)[0]?.end;

describe('what drifted', () => {
  it('ends the lives in which it fell, at its date, by the first of several', () => {
    expect(endOf(life('one', [0, 10]), change('one', 6), change('one', 4))).toMatchObject({
      at: day(4),
      cause: 'drift',
    });
    expect(endOf(life('one', [0, 10]), change('one', 5, 'template'))).toMatchObject({ cause: 'provider_change' });
  });

  it('ends none of another backend, before or after it', () => {
    for (const other of [change('two', 5), change('one', -1), change('one', 0.4), change('one', 11)])
      expect(endOf(life('one', [0, 10]), other)).toBeUndefined();
    const ended = { at: day(3), cause: 'superseded' as const, followedBy: 'sha256:b', differsIn: [] };
    expect(endOf(life('one', [0, 3], ended), change('one', 5))).toBe(ended);
  });

  it('leaves what the fingerprint tells to what followed', () => {
    expect(endOf(life('one', [0, 10]), change('one', 5, 'profile'))).toBeUndefined();
  });
});
