import { describe, expect, it } from '@jest/globals';
import { create, DriftFindingSchema, timestampFromDate, WatchSchema } from '@switchyard/contracts';
import { span } from '../arguments.js';
import { findingsText, findingText, watchesText, watchText } from './drift-text.js';

const at = (hour: number) => timestampFromDate(new Date(Date.UTC(2026, 10, 1, hour)));

describe('drift on the command line', () => {
  it('says what changed, between when, by whose doing, and what expired', () => {
    const text = findingText(
      create(DriftFindingSchema, {
        ...{ id: 'drift_1', backend: 'one', kind: 'model', cause: 'provider_change', from: 'm', to: 'm-2\u001b[31m' },
        ...{ status: 'open', certificates: ['cert_1'], changedAfter: at(1), changedBefore: at(2), noticedAt: at(2) },
      }),
    );
    expect(text).toContain("one: model (the provider's change)");
    expect(text).toContain('between 2026-11-01T01:00:00Z and 2026-11-01T02:00:00Z');
    expect(text).toContain('expired for it: cert_1');
    expect(text).not.toContain('\u001b[31m');
    expect(findingsText([])).toBe('Nothing has drifted.');
  });

  it('says what is watched, how often, and how its turns went', () => {
    const watch = create(WatchSchema, {
      ...{ name: 'hourly', backend: 'one', everySeconds: 5_400, maxCostUsd: 1, tests: ['tokens'] },
      turns: [{ number: 2, status: 'unreachable', reason: 'model.unreachable: gone', beganAt: at(1) }],
    });
    expect(watchText(watch)).toContain('the probe on one every 90 min, for tokens');
    expect(watchText(watch)).toContain('model.unreachable: gone');
    expect(watchesText([watch])).toContain('unreachable');
  });

  it('reads spans of time, and nothing else', () => {
    expect(['90', '90s', '15m', '1h', '2d'].map(span)).toEqual([90, 90, 900, 3_600, 172_800]);
    for (const wrong of ['', '0', '1w', '-1h', '1.5h', 'h']) expect(() => span(wrong)).toThrow();
  });
});
