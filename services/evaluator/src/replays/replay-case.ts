import { fromValue, isReplay, type JsonObject, type JsonValue, type Run, type RunEvent } from '@switchyard/contracts';
import { mayBeAttempt } from '../evaluations/attempt.js';
import { mayBeJudgement } from '../judgements/judgement.js';

/** Why a run is no case of a replay. */
export type LeftOut = 'evaluation' | 'replay' | 'running' | 'gone' | 'empty' | 'too_many_calls' | 'too_large';

/** Steps that a trajectory may have. */
const MAX_CALLS = 200;
/** Bytes of JSON of input and output of one case. */
const MAX_BYTES = 500_000;

/** Why a run is not replayed, told from its record alone; undefined where it may be. Pure. */
export function reasonAgainst(run: Run): LeftOut | undefined {
  // What measures, and what was answered from a record, is no traffic.
  if (mayBeAttempt(run.idempotencyKey) || mayBeJudgement(run.idempotencyKey)) return 'evaluation';
  if (isReplay(run)) return 'replay';
  return run.status === 'completed' || run.status === 'failed' ? undefined : 'running';
}

/**
 * One case out of a recorded run, by reference: its calls are answered with what that run was answered with. The calls are held
 * against its own, in the order of its turns, with credit for what is right; the output against its output, a text by similarity and
 * any other value exactly. A run that failed says nothing of outputs. Pure.
 *
 * @param cluster undefined where it is a case by itself
 * @param unmatched empty for the usual
 */
export function replayCase(
  run: Run,
  events: readonly RunEvent[],
  cluster: string | undefined,
  unmatched: string,
): JsonObject | LeftOut {
  const input = fromValue(run.input);
  if (input === null) return 'empty';
  const steps = stepsOf(events);
  if (steps.length > MAX_CALLS) return 'too_many_calls';
  const output = run.status === 'completed' ? fromValue(run.output) : null;
  const scorer = outputScorer(output);
  const made: JsonObject = {
    id: run.runId,
    input,
    ...(scorer ? { expected: output } : {}),
    scorers: [
      { type: 'tool_trajectory', name: 'trajectory', mode: 'partial', tools: steps },
      ...(scorer ? [{ type: scorer, name: 'output' }] : []),
    ],
    ...(cluster === undefined ? {} : { cluster }),
    tags: ['replay'],
    fixtures: { run: run.runId, ...(unmatched === '' ? {} : { unmatched }) },
    metadata: { run: run.runId },
  };
  return Buffer.byteLength(JSON.stringify(made)) > MAX_BYTES ? 'too_large' : made;
}

/** Calls of one turn stand beside each other, after all of the turn with calls before it. */
function stepsOf(events: readonly RunEvent[]): JsonObject[] {
  const steps: JsonObject[] = [];
  let before: string[] = [];
  for (const { body } of events) {
    if (body.case !== 'toolCallsRequested') continue;
    const ids = body.value.calls.map((_, index) => `call ${steps.length + index + 1}`);
    body.value.calls.forEach(({ tool, arguments: given }, index) => {
      const id = ids[index] ?? '';
      steps.push({ id, tool, arguments: given ?? {}, ...(before.length === 0 ? {} : { after: before }) });
    });
    before = ids;
  }
  return steps;
}

function outputScorer(output: JsonValue): 'similarity' | 'exact' | undefined {
  if (output === null || (typeof output === 'string' && output.trim() === '')) return undefined;
  return typeof output === 'string' ? 'similarity' : 'exact';
}
