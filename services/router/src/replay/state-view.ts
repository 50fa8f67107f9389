import {
  create,
  eventTypeOf,
  RunStateViewSchema,
  type JsonObject,
  type JsonValue,
  type RunStateView,
} from '@switchyard/contracts';
import type { Step } from '@switchyard/journal';
import { shorten } from '../shared/shorten.js';

/** Characters of one text that are shown. */
const SHOWN_CHARACTERS = 4_000;
/** Bytes of messages that one view shows: with the rest of it they fit into a reply. */
const SHOWN_BYTES = 300_000;

/** What a run was after one entry: its last messages, as many as fit, with long texts shortened. */
export function stateView({ event, state, next, forkable }: Step, lastSeq: number): RunStateView {
  const messages = state.messages.map((message) => shown(toJson(message)));
  const openCalls = state.openCalls.map((call) => shown(toJson({ ...call })));
  const kept = lastThatFit(messages);
  const { runId, seq, status, backend, turns, usage, costUsd } = state;
  return create(RunStateViewSchema, {
    ...{ runId, seq, status, backend, turns, usage, costUsd, forkable, lastSeq, actor: event.actor },
    type: eventTypeOf(event),
    ...(event.time ? { time: event.time } : {}),
    next: next.type,
    messages: kept.map(({ json }) => json),
    messagesOmitted: messages.length - kept.length,
    openCalls: openCalls.map(({ json }) => json),
    shortened: [...kept, ...openCalls].some(({ shortened }) => shortened),
  });
}

interface Shown {
  json: JsonObject;
  shortened: boolean;
}

function shown(json: JsonObject): Shown {
  const before = JSON.stringify(json);
  const after = shortenedObject(json);
  return { json: after, shortened: JSON.stringify(after) !== before };
}

function lastThatFit(messages: readonly Shown[]): Shown[] {
  let bytes = 0;
  let first = messages.length;
  while (first > 0) {
    bytes += Buffer.byteLength(JSON.stringify(messages[first - 1]?.json));
    if (bytes > SHOWN_BYTES) break;
    first -= 1;
  }
  return messages.slice(first);
}

function shortenedObject(json: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, shortenedValue(value)]));
}

function shortenedValue(value: JsonValue): JsonValue {
  if (typeof value === 'string') return shorten(value, SHOWN_CHARACTERS);
  if (Array.isArray(value)) return value.map(shortenedValue);
  return typeof value === 'object' && value !== null ? shortenedObject(value) : value;
}

/** The state is plain JSON; its types are narrower than that. */
function toJson(value: object): JsonObject {
  return JSON.parse(JSON.stringify(value)) as JsonObject;
}
