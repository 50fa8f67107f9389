import { timestampFromDate } from '@switchyard/contracts';
import type { OpenCall, ParkedState, RunEventBodyInit } from '@switchyard/journal';

/** A call that is not settled: why, and when to look again at the latest. */
export interface WaitingCall {
  call: OpenCall;
  reason: 'tool' | 'approval' | 'timer' | 'child' | 'input' | 'unknown';
  until?: Date;
}

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
    reason: waiting[0]?.reason ?? 'tool',
    callIds: waiting.map(({ call }) => call.callId),
    ...(earliest === undefined ? {} : { until: earliest }),
  };
}

export function parkedBody({ reason, callIds, until }: Parking): RunEventBodyInit {
  return { case: 'runParked', value: { reason, callIds, ...(until ? { until: timestampFromDate(until) } : {}) } };
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
