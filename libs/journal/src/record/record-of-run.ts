import {
  InputAppendedSchema,
  ToolResultSchema,
  toWire,
  type JsonObject,
  type RunEvent,
  type ToolCallSettled,
} from '@switchyard/contracts';
import type { AnswerRecord, RecordedAnswer } from './answer-record.js';

/** What an execution adds to a result, and no model is shown. */
const OF_EXECUTION = ['call_id', 'started_at', 'duration_ms', 'repeated_call'];
/** Who tells a run something before its first turn, that a later run would be told otherwise or not at all. */
const CONTEXT = ['memory', 'thread'];

/**
 * What the calls of a run were answered with, in the order in which they were asked, and what it was told before its first turn.
 *
 * What the model was given is what counts, whoever gave it: tool hosts, runs of other agents, people, rules that denied.
 * Arguments are those that the model wrote, also where a person changed them since. Left out are calls that the reader refused
 * (it refuses them again), searches for tools (they act on nothing, and are made again) and calls that were never answered. Pure.
 *
 * @param events the run's, whole and from its first
 */
export function recordOfRun(events: Iterable<RunEvent>): AnswerRecord {
  const asked = new Map<string, RecordedAnswer | undefined>();
  const answered = new Set<RecordedAnswer>();
  const context: JsonObject[] = [];
  let turn = 0;
  for (const { body } of events) {
    if (body.case === 'modelTurnCompleted') turn = body.value.turn;
    if (body.case === 'inputAppended' && turn === 0 && CONTEXT.includes(body.value.source))
      context.push(toWire(InputAppendedSchema, body.value));
    if (body.case === 'toolCallsRequested') {
      for (const { callId, tool, arguments: written, kind } of body.value.calls) {
        const call = { tool, arguments: written ?? {}, result: {}, turn, call_id: callId };
        asked.set(callId, isSearch(kind) ? undefined : call);
      }
    }
    if (body.case === 'toolCallSettled') {
      const call = asked.get(body.value.result?.callId ?? '');
      if (!call || isRefusedByReader(body.value)) continue;
      call.result = resultOf(body.value);
      answered.add(call);
    }
  }
  return {
    answers: [...asked.values()].filter((call) => call !== undefined).filter((call) => answered.has(call)),
    context,
  };
}

/** Whether a call of a run that is answered from a record was looked up there. */
export function isLookedUp({ kind }: { kind: string }, body: Pick<ToolCallSettled, 'result'>): boolean {
  return !isSearch(kind) && !isRefusedByReader(body);
}

function isSearch(kind: string): boolean {
  return kind === 'find';
}

/** Whether the call was wrong as the model wrote it: nobody was asked. */
function isRefusedByReader({ result }: Pick<ToolCallSettled, 'result'>): boolean {
  return result?.error?.details?.['rejection'] !== undefined;
}

function resultOf({ result }: ToolCallSettled): JsonObject {
  if (!result) return {};
  return Object.fromEntries(
    Object.entries(toWire(ToolResultSchema, result)).filter(([name]) => !OF_EXECUTION.includes(name)),
  );
}
