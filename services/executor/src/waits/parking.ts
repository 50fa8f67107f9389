import { timestampFromDate } from '@switchyard/contracts';
import {
  effectiveLimits,
  exceededLimit,
  type OpenCall,
  type ParkedState,
  type RunEventBodyInit,
  type RunLimits,
  type RunState,
} from '@switchyard/journal';
import { RunFailure } from '../runs/run-failure.js';

/** A call that is not settled: why, and when to look again at the latest. */
export interface WaitingCall {
  call: OpenCall;
  reason: WaitReason;
  until?: Date;
}

type WaitReason = (typeof REASONS)[number];

/**
 * Why a run waits, where it waits for several things: the first of these. What others have to say of the bus stands before
 * what the journal knows itself: by the reason the reconciler tells whose wake-up may be lost.
 */
const REASONS = ['tool', 'child', 'unknown', 'approval', 'input', 'timer'] as const;

/** Why and until when a run is parked. */
export interface Parking {
  reason: string;
  callIds: string[];
  /** The earliest of all; absent where only what is waited for wakes it. */
  until?: Date;
}

/**
 * How a run waits for all its calls at once. Pure.
 *
 * @param waiting at least one, in the order of the calls
 * @param endsAt when the run's time is over
 */
export function parkingOf(waiting: readonly WaitingCall[], endsAt?: Date): Parking {
  const times = [...waiting.map(({ until }) => until), endsAt].filter((time) => time !== undefined);
  const earliest = times.reduce<Date | undefined>((a, b) => (a === undefined || b < a ? b : a), undefined);
  return {
    reason: REASONS.find((reason) => waiting.some((call) => call.reason === reason)) ?? 'tool',
    callIds: waiting.map(({ call }) => call.callId),
    ...(earliest === undefined ? {} : { until: earliest }),
  };
}

export function parkedBody({ reason, callIds, until }: Parking): RunEventBodyInit {
  return { case: 'runParked', value: { reason, callIds, ...(until ? { until: timestampFromDate(until) } : {}) } };
}

/**
 * When the run's time is over; undefined where it may take any. A run does not wait longer than it may take.
 *
 * @throws RunFailure `run.limit_exceeded` when it is over
 */
export function endOfRun(state: RunState, platform: RunLimits, now: Date): Date | undefined {
  const { seconds } = effectiveLimits(state, platform);
  if (seconds <= 0) return undefined;
  const exceeded = exceededLimit(state, { turns: 0, tokens: 0, seconds, costUsd: 0 }, now);
  if (exceeded) throw RunFailure.of(exceeded);
  return new Date(Date.parse(state.createdAt) + seconds * 1_000);
}

/**
 * Whether the bus is to wake the run at the end of its waiting. The platform's own limit of time is left to the
 * reconciler: nearly no run meets it, and the timer of each run that was ever parked would stay with the bus until then.
 */
export function needsTimer({ limits }: Pick<RunState, 'limits'>, waiting: readonly WaitingCall[]): boolean {
  return limits.seconds > 0 || waiting.some(({ until }) => until !== undefined);
}

/** Whether the journal says so already. */
export function isParkedSo(parked: ParkedState | null, { reason, callIds, until }: Parking): boolean {
  return (
    parked?.reason === reason &&
    parked.until === (until?.toISOString() ?? '') &&
    parked.callIds.length === callIds.length &&
    parked.callIds.every((id, index) => id === callIds[index])
  );
}
