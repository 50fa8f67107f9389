import {
  payloadReference,
  type JsonObject,
  type JsonValue,
  type RunEvent,
  type ToolResult,
} from '@switchyard/contracts';
import { MAX_ANSWERS, type WrittenAnswer } from '../suite/case-fixtures.js';

/**
 * What the calls of a recorded run were answered with, as a suite's file has it: in the order of the calls. Searches for tools and
 * calls that the reader refused are left out: they happen again by themselves. Pure.
 *
 * @returns undefined where there is more than a file is for: a value that stands apart from the journal, or too many answers
 */
export function answersWritten(events: readonly RunEvent[]): WrittenAnswer[] | undefined {
  const answers = new Map<string, WrittenAnswer>();
  for (const { body } of events) {
    if (body.case === 'toolCallsRequested') {
      for (const { callId, tool, arguments: given, kind } of body.value.calls)
        // No result is null: it stands for none.
        if (kind !== 'find') answers.set(callId, { tool, arguments: given ?? {}, result: null });
    }
    if (body.case !== 'toolCallSettled') continue;
    const { result } = body.value;
    const answer = answers.get(result?.callId ?? '');
    if (!answer || !result || result.error?.details?.['rejection'] !== undefined) continue;
    answers.set(result.callId, { ...answer, ...told(result) });
  }
  const written = [...answers.values()].filter(({ result }) => result !== null);
  const isApart = written.some(({ arguments: args, result }) => holdsReference(args ?? {}) || holdsReference(result));
  return isApart || written.length > MAX_ANSWERS ? undefined : written;
}

/** A text as the model was told it; what is no text, as the JSON that it is. */
function told({ status, content, error }: ToolResult): Pick<WrittenAnswer, 'result' | 'error'> {
  const isError = status === 'ok' ? {} : { error: true };
  if (content.length === 0) return { result: error ? `${error.code}: ${error.message}` : '', ...isError };
  const texts = content.map((part) => textOf(part));
  const result: JsonValue = texts.every((text) => text !== undefined)
    ? texts.join('\n')
    : content.map((part) => ({ ...part }));
  return { result, ...isError };
}

function textOf(part: JsonObject): string | undefined {
  return part['type'] === 'text' && typeof part['text'] === 'string' ? part['text'] : undefined;
}

function holdsReference(value: JsonValue): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (payloadReference(value)) return true;
  return (Array.isArray(value) ? value : Object.values(value)).some(holdsReference);
}
