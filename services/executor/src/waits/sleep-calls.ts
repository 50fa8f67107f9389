import { MAX_SLEEP_SECONDS, RUN_TOOLS, SLEEP, type AgentVersion, type JsonObject } from '@switchyard/contracts';
import type { OpenCall, RunState } from '@switchyard/journal';
import type { OwnCallHandler, OwnOutcome } from './own-call.js';
import { faultOfArguments, settledAsError, settledWith } from './own-result.js';

const DEFINITION = RUN_TOOLS.find(({ name }) => name === SLEEP);
/** A moment with an offset; without one it would depend on where the executor stands. */
const MOMENT = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?([Zz]|[+-]\d{2}:\d{2})$/;

/** `sleep`: settled when its time is over, counted from when it was asked for. */
export class SleepCalls implements OwnCallHandler {
  readonly kinds = ['sleep'] as const;

  async advance(_state: RunState, call: OpenCall, _agent: AgentVersion, now: Date): Promise<OwnOutcome> {
    const from = new Date(call.requestedAt);
    const end = faultOfArguments(DEFINITION, call) ?? endOf(call.arguments, from);
    if (typeof end === 'string') return settledAsError(call, 'tool.invalid_arguments', end);
    if (end > now) return { is: 'waiting', bodies: [], reason: 'timer', until: end };
    const seconds = Math.max(0, (end.getTime() - from.getTime()) / 1_000);
    return settledWith(call, `Slept for ${seconds} seconds, until ${end.toISOString()}.`);
  }
}

/** When the sleep is over, or what is wrong with it. */
function endOf({ seconds, until }: JsonObject, from: Date): Date | string {
  if ((seconds === undefined) === (until === undefined)) return 'Give either seconds or until.';
  if (typeof seconds === 'number') return new Date(from.getTime() + Math.ceil(seconds * 1_000));
  const moment = typeof until === 'string' && MOMENT.test(until) ? new Date(until) : undefined;
  if (moment === undefined || Number.isNaN(moment.getTime()))
    return 'until is no moment in RFC 3339 with an offset. Write it as "2026-03-01T12:00:00Z".';
  if (moment.getTime() - from.getTime() > MAX_SLEEP_SECONDS * 1_000) return 'until is more than 366 days away.';
  return moment;
}
