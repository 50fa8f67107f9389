import { assignCallIds } from '../calls/call-ids.js';
import type { JsonObject, JsonValue } from '../json.js';
import { isJsonObject } from '../json.js';
import type { CallIdRule } from '../profile/profile.js';
import { textOf } from './message-helpers.js';
import { shownResult } from './untrusted.js';
import type { CanonicalMessage, ImagePart, ReasoningPart, TextPart, ToolCallPart, ToolResultPart } from './message.js';

/** A call with its answer and the id under which both are sent. */
export interface AnsweredCall {
  call: ToolCallPart;
  result: ToolResultPart;
  wireId: string;
}

/** A conversation in the shape that every wire can take: each call is answered right after its turn. */
export type Turn = { kind: 'system'; text: string } | { kind: 'user'; parts: (TextPart | ImagePart)[] } | AssistantTurn;

/** What an assistant said and called, in the order of the answer, and the same calls with their results. */
export interface AssistantTurn {
  kind: 'assistant';
  parts: (TextPart | ReasoningPart | ToolCallPart)[];
  calls: AnsweredCall[];
}

type AssistantDraft = {
  kind: 'assistant';
  parts: AssistantTurn['parts'];
  calls: AskedCall[];
};
type AskedCall = { call: ToolCallPart; result?: ToolResultPart };
/** The calls so far by their id, so that no result looks through a long history. Ids may repeat over turns. */
type AskedCalls = Map<string, AskedCall[]>;
type Draft = Exclude<Turn, { kind: 'assistant' }> | AssistantDraft;

/**
 * Brings any canonical history into turns. Results move to their call wherever they stand; a call without a result gets
 * one that says so, and a result without a call becomes user text, because most providers refuse either with a 400.
 * Neighbouring turns of one side are joined (several chat templates raise on two user turns in a row); empty ones go.
 */
export function toTurns(
  messages: readonly CanonicalMessage[],
  rule: CallIdRule,
  wireName: (name: string) => string,
): Turn[] {
  const drafts: Draft[] = [];
  const asked: AskedCalls = new Map();
  for (const message of messages) addMessage(drafts, asked, message);
  const calls = drafts.flatMap((draft) => (draft.kind === 'assistant' ? draft.calls : []));
  const ids = assignCallIds(
    calls.map(({ call }) => ({ id: call.id, wireName: wireName(call.name) })),
    rule,
  );
  let position = 0;
  return drafts.map((draft) =>
    draft.kind !== 'assistant'
      ? draft
      : {
          ...draft,
          calls: draft.calls.map(({ call, result }) => ({
            call,
            result: result ?? unanswered(call),
            wireId: ids[position++] ?? call.id,
          })),
        },
  );
}

/** The parts of a turn in the order of the answer, each call with its result: for wires that have it so. */
export function inOrder(turn: AssistantTurn): (TextPart | ReasoningPart | AnsweredCall)[] {
  let position = 0;
  return turn.parts.flatMap<TextPart | ReasoningPart | AnsweredCall>((part) =>
    part.type === 'tool_call' ? (turn.calls[position++] ?? []) : [part],
  );
}

/** What was said in a turn, without its calls. */
export function spokenIn(turn: AssistantTurn): (TextPart | ReasoningPart)[] {
  return turn.parts.filter((part) => part.type !== 'tool_call');
}

/** Text that no JSON parser or tokenizer chokes on: lone surrogates are replaced, as several providers answer 400 to them. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\uFFFD');
}

/** The same for all text within arguments. */
export function wellFormedArguments(args: JsonObject): JsonObject {
  const clean = (value: JsonValue | undefined): JsonValue => {
    if (typeof value === 'string') return wellFormed(value);
    if (Array.isArray(value)) return value.map(clean);
    return isJsonObject(value) ? wellFormedArguments(value) : (value ?? null);
  };
  return Object.fromEntries(
    Object.entries(args)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [wellFormed(key), clean(value)]),
  );
}

/** What stands for an image where the wire or the model cannot take one. */
export function imagePlaceholder(image: ImagePart): string {
  return `[image left out: ${image.mediaType}]`;
}

function addMessage(drafts: Draft[], asked: AskedCalls, message: CanonicalMessage): void {
  if (message.role === 'system') {
    const text = textOf(message);
    if (text !== '') drafts.push({ kind: 'system', text });
    return;
  }
  for (const part of message.parts) {
    switch (part.type) {
      case 'tool_result':
        addResult(drafts, asked, part);
        break;
      case 'tool_call':
        // Only a model calls tools: a call in another role's message has nobody to answer for it.
        if (message.role !== 'assistant') break;
        addCall(assistantTurn(drafts), asked, part);
        break;
      case 'reasoning':
        if (message.role === 'assistant') assistantTurn(drafts).parts.push(part);
        break;
      case 'text':
        if (part.text === '') break;
        if (message.role === 'assistant') assistantTurn(drafts).parts.push(part);
        else userTurn(drafts).parts.push(part);
        break;
      case 'image':
        if (message.role === 'assistant')
          assistantTurn(drafts).parts.push({ type: 'text', text: imagePlaceholder(part) });
        else userTurn(drafts).parts.push(part);
        break;
    }
  }
  closeAssistantTurn(drafts);
}

/** Turns whose calls were answered or asked must not grow: a later message is a new turn. */
const closed = new WeakSet<Draft>();

function closeAssistantTurn(drafts: Draft[]): void {
  const last = drafts.at(-1);
  if (last?.kind === 'assistant' && last.calls.length > 0) closed.add(last);
}

function assistantTurn(drafts: Draft[]): AssistantDraft {
  const last = drafts.at(-1);
  if (last?.kind === 'assistant' && !closed.has(last)) return last;
  const turn: AssistantDraft = { kind: 'assistant', parts: [], calls: [] };
  drafts.push(turn);
  return turn;
}

function userTurn(drafts: Draft[]): Extract<Turn, { kind: 'user' }> {
  const last = drafts.at(-1);
  if (last?.kind === 'user') return last;
  const turn: Turn = { kind: 'user', parts: [] };
  drafts.push(turn);
  return turn;
}

function addCall(turn: AssistantDraft, asked: AskedCalls, call: ToolCallPart): void {
  const entry: AskedCall = { call };
  turn.calls.push(entry);
  turn.parts.push(call);
  const known = asked.get(call.id);
  if (known === undefined) asked.set(call.id, [entry]);
  else known.push(entry);
}

function addResult(drafts: Draft[], asked: AskedCalls, result: ToolResultPart): void {
  const calls = asked.get(result.callId) ?? [];
  // Ids may repeat over turns (foreign histories): the latest open call is meant; a second result replaces the first.
  const target = calls.findLast((entry) => entry.result === undefined) ?? calls.at(-1);
  const shown = shownResult(result);
  if (target !== undefined) target.result = shown;
  else userTurn(drafts).parts.push({ type: 'text', text: `[Result of ${result.name}] ${textOf(shown.parts)}` });
}

function unanswered(call: ToolCallPart): ToolResultPart {
  return {
    type: 'tool_result',
    callId: call.id,
    name: call.name,
    parts: [{ type: 'text', text: 'No result was recorded for this call.' }],
    isError: true,
  };
}
