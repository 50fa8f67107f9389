import type { JsonObject, JsonValue } from '@switchyard/contracts';
import type { Payload } from '../payloads/claim.js';
import { referTo, SwitchyardError } from '@switchyard/contracts';

/** One answer that a tool call may be given instead of being made. JSON throughout, as it is stored. */
export interface RecordedAnswer {
  tool: string;
  /** As the model wrote them; absent: any. */
  arguments?: JsonObject;
  /** A ToolResult in its wire form, without the id of the call. */
  result: JsonObject;
  /** May answer any number of calls; else it answers one. */
  repeatable?: true;
  /** Where it was given: the turn that asked, from 1, and the id of the call. Absent where it was written. */
  turn?: number;
  call_id?: string;
}

/** What a run whose calls are answered from a record is given: `RunAccepted.recorded_answers.payload` names it. */
export interface AnswerRecord {
  /** In order: each answers the first call that it fits. */
  answers: RecordedAnswer[];
  /** InputAppended in their wire form: what the recorded run was told before its first turn, by memory and by its thread. */
  context: JsonObject[];
}

/** A record as it is stored, once by its content. */
export function payloadOfRecord({ answers, context }: AnswerRecord): Payload {
  const { hash, bytes, text } = referTo({ answers: answers.map((answer) => ({ ...answer })), context });
  return { hash, bytes, text };
}

/** @throws SwitchyardError `journal.payload_invalid` where the value is none: it was changed by hand */
export function readAnswerRecord(value: JsonValue): AnswerRecord {
  if (isObject(value)) {
    const { answers, context } = value;
    if (Array.isArray(answers) && answers.every(isAnswer) && Array.isArray(context) && context.every(isObject))
      return { answers, context };
  }
  throw new SwitchyardError(
    'journal.payload_invalid',
    'The recorded answers of a run are in no form that this version can read: a newer Switchyard wrote them, or they were changed by hand.',
  );
}

function isAnswer(value: JsonValue): value is JsonObject & RecordedAnswer {
  if (!isObject(value)) return false;
  const { tool, result, arguments: given, repeatable, turn, call_id: callId } = value;
  return (
    typeof tool === 'string' &&
    isObject(result) &&
    (given === undefined || isObject(given)) &&
    (repeatable === undefined || repeatable === true) &&
    (turn === undefined || typeof turn === 'number') &&
    (callId === undefined || typeof callId === 'string')
  );
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
