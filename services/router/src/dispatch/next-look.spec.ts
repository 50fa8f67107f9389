import { describe, expect, it } from '@jest/globals';
import type { RunCheckpoint } from '@switchyard/journal';
import fc from 'fast-check';
import { lookAt, LONGEST_IDLE_MS, LONGEST_WAIT_MS, type Look, type LookedAt } from './next-look.js';

const now = new Date('2027-01-01T12:00:00Z');
const ago = (ms: number) => new Date(now.getTime() - ms);
const MINUTE = 60_000;
const options = { now, stalledAfterMs: MINUTE };

function task(change: Partial<LookedAt> = {}): LookedAt {
  return { held: false, thread: null, dispatches: 1, checkedSeq: 0, idleChecks: 0, ...change };
}

function run(change: Partial<RunCheckpoint> = {}): RunCheckpoint {
  return {
    runId: 'r',
    tenant: 't',
    backend: 'b',
    status: 'running',
    parkedReason: '',
    parkedCalls: [],
    wakeAt: null,
    seq: 5,
    updatedAt: ago(10 * MINUTE),
    lastType: '',
    ...change,
  };
}

function parked(parkedReason: string, change: Partial<RunCheckpoint> = {}): RunCheckpoint {
  return run({ status: 'waiting', parkedReason, lastType: 'RunParked', ...change });
}

describe('a look at a run', () => {
  it('that stands still is a dispatch, less and less often, at least every 15 minutes, until it moves', () => {
    let idle = { checkedSeq: 0, idleChecks: 0 };
    const times: number[] = [];
    for (let look = 0; look < 8; look += 1) {
      const found = lookAt(task(idle), run(), options);
      expect(found.action).toBe('dispatch');
      times.push(found.againInMs / MINUTE);
      idle = { checkedSeq: 5, idleChecks: found.idleChecks };
    }
    expect(times).toEqual([1, 2, 4, 8, 15, 15, 15, 15]);
    expect(lookAt(task(idle), run({ seq: 6 }), options)).toMatchObject({ action: 'dispatch', againInMs: MINUTE });
  });

  it('that gave a sign of life waits for the rest of its time', () => {
    const found = lookAt(task({ checkedSeq: 5, idleChecks: 4 }), run({ updatedAt: ago(20_000) }), options);
    expect(found).toEqual({ action: 'leave', idleChecks: 0, againInMs: 40_000 });
  });

  it('that nobody dispatched dispatches it at once', () => {
    expect(lookAt(task({ dispatches: 0 }), run({ updatedAt: now }), options).action).toBe('dispatch');
  });

  it('that waits for a person leaves it alone, unless something came that it was not told of', () => {
    for (const reason of ['approval', 'input']) {
      expect(lookAt(task(), parked(reason), options).action).toBe('leave');
      expect(lookAt(task(), parked(reason, { lastType: 'ApprovalResolved' }), options).action).toBe('dispatch');
      const justNow = parked(reason, { lastType: 'InputAppended', updatedAt: ago(500) });
      expect(lookAt(task(), justNow, options)).toMatchObject({ action: 'leave', againInMs: 2_000 });
      expect(lookAt(task(), parked(reason, { wakeAt: ago(5_000) }), options).action).toBe('dispatch');
    }
  });

  it('that waits for a time alone leaves it alone until then', () => {
    for (const reason of ['timer', 'retry']) {
      expect(lookAt(task(), parked(reason, { wakeAt: new Date(now.getTime() + 1) }), options).action).toBe('leave');
      expect(lookAt(task(), parked(reason, { wakeAt: ago(5_000) }), options).action).toBe('dispatch');
      expect(lookAt(task(), parked(reason), options).action).toBe('dispatch');
    }
  });

  it('that waits for a tool, a child or a decision dispatches it, in case the wake-up was lost', () => {
    for (const reason of ['tool', 'child', 'unknown'])
      expect(lookAt(task(), parked(reason), options).action).toBe('dispatch');
    expect(lookAt(task(), parked('tool'), options).unlessCallsQueued).toBe(true);
    expect(lookAt(task(), parked('tool', { wakeAt: ago(5_000) }), options).unlessCallsQueued).toBe(false);
  });

  it('that is held asks its thread, and one that has ended is done with', () => {
    expect(lookAt(task({ held: true, thread: 't', dispatches: 0 }), run(), options).action).toBe('advance');
    expect(lookAt(task({ held: true, thread: 't' }), run({ status: 'failed' }), options).action).toBe('end');
  });

  it('is always followed by another one, not at once and within an hour', () => {
    const anyRun = fc.record({
      status: fc.constantFrom('queued', 'running', 'waiting', 'completed'),
      parkedReason: fc.constantFrom('', 'tool', 'timer', 'approval', 'retry', 'child', 'unknown'),
      lastType: fc.constantFrom('', 'RunParked', 'InputAppended'),
      seq: fc.integer({ min: 1, max: 3 }),
      quietMs: fc.integer({ min: -5_000, max: 10 * MINUTE }),
      wakeInMs: fc.option(fc.integer({ min: -10 * MINUTE, max: 10 * MINUTE })),
    });
    const anyTask = fc.record({
      held: fc.boolean(),
      thread: fc.constantFrom(null, 't'),
      dispatches: fc.nat(5),
      checkedSeq: fc.nat(3),
      idleChecks: fc.nat(100),
    });
    fc.assert(
      fc.property(anyRun, anyTask, ({ quietMs, wakeInMs, status, ...rest }, of) => {
        const wakeAt = wakeInMs === null ? null : ago(-wakeInMs);
        const found: Look = lookAt(
          of,
          run({ ...rest, status: status as RunCheckpoint['status'], updatedAt: ago(quietMs), wakeAt }),
          options,
        );
        expect(found.againInMs).toBeGreaterThan(0);
        expect(found.againInMs).toBeLessThanOrEqual(found.action === 'leave' ? LONGEST_WAIT_MS : LONGEST_IDLE_MS);
      }),
    );
  });
});
