import { eventTypeOf, fromValue, timestampMs, type JsonObject, type RunEvent } from '@switchyard/contracts';

/** What the check needs of a journal's entry: whole journals of ten thousand programs would fill the memory. */
export interface Entry {
  /** From 1. */
  seq: number;
  /** RunAccepted, ModelTurnCompleted, … */
  type: string;
  /** Milliseconds since 1970. */
  at: number;
  /** Of a model turn, and of what a budget sets aside for it or settles; from 1. */
  turn?: number;
  /** When the model was asked, in milliseconds since 1970. */
  startedAt?: number;
  /** Of what a budget sets aside or settles. */
  tokens?: number;
  callId?: string;
  childRunId?: string;
  /** What a turn or a person says, the output at the end, the code of a failure, the reason of a cancel. */
  text?: string;
}

const ENDS = /^(RunCompleted|RunFailed|RunCancelled)$/;

export function isEnd({ type }: Entry): boolean {
  return ENDS.test(type);
}

export function entryOf(event: RunEvent): Entry {
  const { seq, time } = event;
  return { seq, type: eventTypeOf(event), at: time ? timestampMs(time) : 0, ...bodyOf(event) };
}

function bodyOf({ body }: RunEvent): Partial<Entry> {
  switch (body.case) {
    case 'modelTurnCompleted': {
      const { turn, message, startedAt } = body.value;
      return { turn, text: textIn(message), ...(startedAt ? { startedAt: timestampMs(startedAt) } : {}) };
    }
    case 'toolCallSettled':
      return { callId: body.value.result?.callId ?? '' };
    case 'budgetReserved':
    case 'budgetSettled':
      return { turn: body.value.turn, tokens: body.value.tokens };
    case 'childRunStarted':
      return { callId: body.value.callId, childRunId: body.value.childRunId };
    case 'inputAppended':
      return body.value.source === 'user' ? { text: body.value.messages.map(textIn).join('\n') } : {};
    case 'runCompleted':
      return { text: String(fromValue(body.value.output)) };
    case 'runFailed':
      return { text: body.value.error?.code ?? '' };
    case 'runCancelled':
      return { text: body.value.reason };
    default:
      return {};
  }
}

/** The text of a canonical message. */
export function textIn(message: JsonObject | undefined): string {
  const parts = (message?.['parts'] ?? []) as { type: string; text?: string }[];
  return parts.map((part) => (part.type === 'text' ? (part.text ?? '') : '')).join('');
}
