import {
  eventTypeOf,
  fromStore,
  keepText,
  RunEventSchema,
  SwitchyardError,
  toWire,
  type JsonObject,
  type RunEvent,
} from '@switchyard/contracts';
import { cleanJson, cleanJsonText } from '../clean-text.js';
import { draftedEvent, type EventDraft } from '../event-draft.js';
import { claimEvent, claimValue, isSmall, type Payload } from '../payloads/claim.js';
import { apply } from '../state/apply.js';
import type { RunIdentity, RunState } from '../state/run-state.js';
import type { AppendItem } from './append-statement.js';
import { movingProjection, wholeProjection } from './run-record.js';

export interface Appended {
  state: RunState;
  /**
   * With their place, and clean of what Postgres cannot hold. Of an append as they are stored and published: what is large
   * is a reference. Of a load whole, as they were drafted.
   */
  events: RunEvent[];
}

/** What `append` would make of the state, without writing: for steps that are journaled together. @throws as `append` */
export function preview(state: RunState, drafts: readonly EventDraft[]): RunState {
  return follow(state, drafts).after;
}

/** The same, with what a writer needs who appends in a statement of its own (`appendCtes`). @throws as `append` */
export function prepareAppend(state: RunState, drafts: readonly EventDraft[]): Appended & { item: AppendItem } {
  const { after, entries } = follow(state, drafts);
  if (entries.length === 0)
    throw new SwitchyardError('journal.empty', 'An append without events: there is nothing to write.');
  const rows = entries.map(({ row }) => row);
  const projection = projected(state.seq === 0 ? wholeProjection(after) : movingProjection(after));
  const payloads = [...entries.flatMap((entry) => entry.payloads), ...projection.payloads];
  const item = { tenant: state.tenant, runId: state.runId, rows, projection: projection.text, payloads };
  return { state: after, events: entries.map(({ stored }) => stored), item };
}

function projected(projection: JsonObject): { text: string; payloads: Payload[] } {
  const text = cleanJsonText(projection);
  if (isSmall(text)) return { text, payloads: [] };
  const clean = JSON.parse(text) as JsonObject;
  const claimed = (['input', 'output'] as const).flatMap((name) => {
    const value = clean[name];
    if (value === undefined) return [];
    const { json, payloads } = claimValue(value);
    clean[name] = json;
    return payloads;
  });
  return { text: JSON.stringify(clean), payloads: claimed };
}

function follow(state: RunState, drafts: readonly EventDraft[]): { after: RunState; entries: Entry[] } {
  const entries: Entry[] = [];
  let after = state;
  for (const draft of drafts) {
    const entry = entryOf(state, after.seq + 1, draft);
    after = applied(entry, after);
    entries.push(entry);
  }
  return { after, entries };
}

/** A draft at its place: the event, the same as it is stored, what it refers to, and what it makes of a state. */
interface Entry {
  event: RunEvent;
  stored: RunEvent;
  payloads: Payload[];
  row: AppendItem['rows'][number];
  transition: { before: RunState; after: RunState } | undefined;
}

function applied(entry: Entry, before: RunState): RunState {
  if (entry.transition?.before !== before) entry.transition = { before, after: apply(before, entry.event) };
  return entry.transition.after;
}

/** What is previewed is appended a moment later, mostly at the same place. */
const entries = new WeakMap<EventDraft, Entry>();

function entryOf(identity: RunIdentity, seq: number, draft: EventDraft): Entry {
  const known = entries.get(draft);
  if (known?.event.seq === seq && known.event.runId === identity.runId) return known;
  const drafted = draftedEvent(identity, seq, draft);
  const unclean = toWire(RunEventSchema, drafted);
  const text = JSON.stringify(unclean);
  const wire = cleanJson(unclean, text);
  // What is clean is read back from the store as it was drafted.
  const [event, cleanText] =
    wire === unclean ? [drafted, text] : [fromStore(RunEventSchema, wire), JSON.stringify(wire)];
  const claimed = claimEvent(wire, cleanText);
  const stored = claimed ? fromStore(RunEventSchema, claimed.json) : event;
  const data = claimed ? JSON.stringify(claimed.json) : cleanText;
  // Published as it is stored.
  keepText(stored, data);
  const entry: Entry = {
    event,
    stored,
    payloads: [...(claimed?.payloads ?? []), ...(draft.payloads ?? [])],
    row: { seq, type: eventTypeOf(event), data },
    transition: undefined,
  };
  entries.set(draft, entry);
  return entry;
}
