import { describe, expect, it } from '@jest/globals';
import { initialState, type OpenCall, type RunLimits } from '@switchyard/journal';
import { endOfRun, isParkedSo, needsTimer, parkingOf, type WaitingCall } from './parking.js';

const call = (callId: string): OpenCall => ({
  callId,
  tool: 't',
  arguments: {},
  effect: '',
  pool: '',
  kind: 'tool',
  target: '',
  requestedAt: '',
  result: null,
  approval: '',
  approvalExpiresAt: '',
  child: null,
  answer: null,
});
const waits = (callId: string, reason: WaitingCall['reason'], until?: string): WaitingCall => ({
  call: call(callId),
  reason,
  ...(until === undefined ? {} : { until: new Date(until) }),
});
const LATER = '2026-01-01T02:00:00.000Z';
const SOON = '2026-01-01T01:00:00.000Z';

describe('a run that waits for several calls', () => {
  it('wakes at the earliest of their times and of its own end', () => {
    const waiting = [waits('a', 'timer', LATER), waits('b', 'approval', SOON)];
    expect(parkingOf(waiting).until).toEqual(new Date(SOON));
    expect(parkingOf(waiting, new Date(0)).until).toEqual(new Date(0));
    expect(parkingOf([waits('a', 'input')])).toEqual({ reason: 'input', callIds: ['a'] });
  });

  it.each([
    [['timer', 'input', 'approval', 'unknown', 'child', 'tool'], 'tool'],
    [['timer', 'approval', 'child'], 'child'],
    [['timer', 'input', 'approval'], 'approval'],
    [['timer', 'input'], 'input'],
    [['timer', 'timer'], 'timer'],
  ] as const)('for %j says the one whose wake-up is lost most easily: %s', (reasons, reason) => {
    const parking = parkingOf(reasons.map((one, index) => waits(String(index), one)));
    expect(parking).toEqual({ reason, callIds: reasons.map((_, index) => String(index)) });
  });

  it('is parked so already only where reason, calls and time are the same', () => {
    const parked = { reason: 'timer', callIds: ['a'], until: SOON };
    expect(isParkedSo(parked, parkingOf([waits('a', 'timer', SOON)]))).toBe(true);
    expect(isParkedSo(parked, parkingOf([waits('a', 'timer', LATER)]))).toBe(false);
    expect(isParkedSo(parked, parkingOf([waits('b', 'timer', SOON)]))).toBe(false);
    expect(isParkedSo(parked, parkingOf([waits('a', 'tool', SOON)]))).toBe(false);
    expect(isParkedSo(null, parkingOf([waits('a', 'timer', SOON)]))).toBe(false);
  });
});

describe('the time of a run', () => {
  const identity = { tenant: 'default', runId: 'run_1', taskId: 't', agent: 'a', idempotencyKey: '' };
  const limits = (seconds: number): RunLimits => ({ turns: 0, tokens: 0, seconds, costUsd: 0 });
  const run = (seconds: number) => ({ ...initialState(identity), createdAt: SOON, limits: limits(seconds) });

  it('ends when it says itself, or else the platform, or never', () => {
    const now = new Date(SOON);
    expect(endOfRun(run(3_600), limits(1), now)).toEqual(new Date(LATER));
    expect(endOfRun(run(0), limits(3_600), now)).toEqual(new Date(LATER));
    expect(endOfRun(run(0), limits(0), now)).toBeUndefined();
  });

  it('that is over ends it as soon as it would wait', () => {
    expect(() => endOfRun(run(3_600), limits(0), new Date(LATER))).toThrow(
      expect.objectContaining({ code: 'run.limit_exceeded' }),
    );
  });

  it('costs a timer only where somebody set it', () => {
    expect(needsTimer(run(60), [waits('a', 'input')])).toBe(true);
    expect(needsTimer(run(0), [waits('a', 'input')])).toBe(false);
    expect(needsTimer(run(0), [waits('a', 'timer', SOON)])).toBe(true);
  });
});
