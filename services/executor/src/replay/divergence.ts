import type { JsonObject, JsonValue } from '@switchyard/contracts';
import { nearestCall, type NearestCall, type OpenCall, type RecordedAnswer } from '@switchyard/journal';
import { RunFailure } from '../runs/run-failure.js';

/** What a call without a recorded answer is told where the run goes on. */
export const NO_ANSWER = 'replay.no_answer';

/** Where a run that is answered from a record left it. */
export interface Divergence {
  /** The turn that asked, from 1. */
  turn: number;
  call: OpenCall;
  answers: readonly RecordedAnswer[];
  /** Places of answers that earlier calls were given. */
  used: ReadonlySet<number>;
  /** The run that the answers come from; empty where they were written. */
  runId: string;
}

/** Ends a run at a call that nothing answers: what, where, and how it differs from what was recorded. Pure. */
export function diverged({ turn, call, answers, used, runId }: Divergence): RunFailure {
  const { callId, tool } = call;
  const nearest = nearestCall(answers, used, call);
  const message = `In turn ${turn} the model called ${tool}, and there is no recorded answer to this call: ${whyNot(nearest, tool)}. It was not executed. The run diverged from ${runId === '' ? 'its fixtures' : `the run ${runId}`} here; let unmatched calls be told ("tell") to see how it would go on.`;
  return RunFailure.because('replay.diverged', message, {
    ...{ turn, call_id: callId, tool },
    ...(runId === '' ? {} : { recorded_run: runId }),
    ...(nearest ? { nearest: pointOf(nearest) } : {}),
  });
}

/** What the model is told of such a call where the run goes on. */
export function untold({ tool }: OpenCall): { code: string; message: string } {
  return {
    code: NO_ANSWER,
    message: `There is no recorded answer to this call of ${tool}, and it was not executed: this run is answered from a record. Go on without its result.`,
  };
}

function whyNot(nearest: NearestCall | undefined, tool: string): string {
  if (!nearest) return `no call of ${tool} is recorded`;
  const { answer, used, differences } = nearest;
  const which = answer.turn === undefined ? 'the nearest one' : `the nearest one, of turn ${answer.turn},`;
  if (differences.length === 0)
    return used ? 'its answer was given to an earlier call already' : `${which} is the same`;
  const told = differences.map(({ path, recorded, called }) => {
    const at = path === '' ? 'its arguments' : path;
    if (called === undefined) return `${at} is missing (recorded: ${recorded ?? ''})`;
    return recorded === undefined ? `${at} is new (${called})` : `${at} is ${called} instead of ${recorded}`;
  });
  return `${which} has other arguments: ${told.join('; ')}`;
}

function pointOf({ answer, used, differences }: NearestCall): JsonObject {
  return {
    ...(answer.turn === undefined ? {} : { turn: answer.turn }),
    ...(answer.call_id === undefined ? {} : { call_id: answer.call_id }),
    used,
    differences: differences.map((difference): JsonValue => ({ ...difference })),
  };
}
