import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { encode, referTo, RunEventSchema, toValue, type JsonValue } from '@switchyard/contracts';
import { userMessage } from '@switchyard/models';
import { schemaDrift, sql } from '@switchyard/persistence';
import fc from 'fast-check';
import type { DataSource } from 'typeorm';
import type { EventDraft, RunEventBodyInit } from '../event-draft.js';
import { initialState, journalOwner, JournalStore, type RunState } from '../index.js';
import { claimEvent, claimValue } from '../payloads/claim.js';
import { hashesIn, resolveEvent, resolveReferences } from '../payloads/resolve.js';
import { requestedBody, turnBody, wireMessage } from '../state/moves.fixture.js';
import { openJournal, type TestJournal } from './journal.fixture.js';

const MIB = 1_024 * 1_024;
/** Below half of what NATS carries by default. */
const MOST_ON_THE_BUS = 512 * 1_024;

let journal: TestJournal;
let dataSource: DataSource;
let store: JournalStore;
let count = 0;

beforeAll(async () => {
  journal = await openJournal();
  ({ dataSource, store } = journal);
});
afterAll(() => journal.close());

const begin = (tenant = 'one'): RunState =>
  initialState({ tenant, runId: `run_${(count += 1)}`, taskId: `task_${count}`, agent: 'a', idempotencyKey: '' });
const drafts = (...bodies: RunEventBodyInit[]): EventDraft[] => bodies.map((body) => ({ body, actor: 'test' }));
const acceptedBody = (input: JsonValue): RunEventBodyInit => ({
  case: 'runAccepted',
  value: { backend: 'one', input: toValue(input) },
});
const accept = async (input: JsonValue, tenant?: string): Promise<RunState> =>
  (await store.append(begin(tenant), drafts(acceptedBody(input)))).state;
const result = (...content: JsonValue[]): RunEventBodyInit => ({
  case: 'toolCallSettled',
  value: {
    tool: 'calculator',
    result: { callId: 'call', status: 'ok', content: content.map((text) => ({ type: 'text', text })) },
  },
});
const sizeOf = (event: Parameters<typeof encode<typeof RunEventSchema>>[1]): number =>
  Buffer.byteLength(encode(RunEventSchema, event));
const rows = async (tenant: string): Promise<number> =>
  (await sql(dataSource, 'SELECT 1 FROM journal.payloads WHERE tenant = $1', [tenant])).length;

describe('what is too large for an event', () => {
  it('leaves the schema as the entities say', async () => {
    expect(await schemaDrift(journal.url, journalOwner)).toEqual([]);
  });

  it('is stored apart, referred to in what is published, and whole for whoever goes on with the run', async () => {
    const text = `${'ä'.repeat(2 * MIB)}!`;
    const first = await accept('short');
    const asked = await store.append(first, drafts(turnBody(first, ['call']), requestedBody(['call'])));
    const settled = await store.append(asked.state, drafts(result(text, 'short')));
    const [event] = settled.events;
    if (!event) throw new Error('no event');
    expect(sizeOf(event)).toBeLessThan(2_000);
    expect(event.body.value).toMatchObject({
      result: {
        content: [{ text: { $payload: { hash: expect.stringMatching(/^sha256:/), preview: 'ä'.repeat(200) } } }, {}],
      },
    });
    const whole = JSON.stringify(settled.state.messages.at(-1));
    expect(whole).toContain(text);
    for (const reader of [store, new JournalStore(dataSource)]) {
      expect(await reader.loadState(first.runId)).toEqual(settled.state);
      const loaded = await reader.load(first.runId);
      expect(loaded.state).toEqual(settled.state);
      expect(JSON.stringify(loaded.events.at(-1)?.body.value)).toContain(text);
      expect((await reader.loadAfter(first.runId, first.seq + 2))[0]).toEqual(event);
    }
  });

  it('is one row for all events of a tenant that have it, and none of another tenant’s', async () => {
    const text = 'same '.repeat(100_000);
    const runs = await Promise.all([accept(text, 'many'), accept(text, 'many'), accept(text, 'other')]);
    await store.append(runs[0] ?? begin(), drafts({ case: 'runCancelled', value: {} }));
    expect([await rows('many'), await rows('other')]).toEqual([1, 1]);
    const { hash, text: json } = referTo(text);
    expect(await store.findPayload('many', hash)).toMatchObject({ hash, text: json });
    expect(await store.findPayload('third', hash)).toBeUndefined();
    const record = await store.findRun(runs[1]?.runId ?? '');
    expect(record?.payloads?.input?.hash).toBe(hash);
    expect(record && (await store.withValues(record, 10 * MIB)).input).toBe(text);
    expect(record && (await store.withValues(record, 1_000)).payloads).toBeDefined();
  });

  it('never makes an event that the bus does not take, however the bulk is spread', async () => {
    const first = await accept('short');
    const asked = await store.append(first, drafts(turnBody(first, ['call']), requestedBody(['call'])));
    const parts = Array.from({ length: 40 }, (_, index) => `${index} `.repeat(20_000));
    const { state, events } = await store.append(asked.state, drafts(result(...parts)));
    expect(events.map(sizeOf).every((bytes) => bytes < MOST_ON_THE_BUS)).toBe(true);
    expect(await new JournalStore(dataSource).loadState(first.runId)).toEqual(state);
    const many = Array.from({ length: 20_000 }, (_, index) => ({ index, text: 'one of many small things' }));
    const accepted = await store.append(begin(), drafts(acceptedBody(many)));
    expect(accepted.events.map(sizeOf).every((bytes) => bytes < 2_000)).toBe(true);
    expect(await new JournalStore(dataSource).loadState(accepted.state.runId)).toEqual(accepted.state);
  });

  it('of a long run is in no snapshot, and the state is the same', async () => {
    const writer = new JournalStore(dataSource);
    let state = (await writer.append(begin('snap'), drafts(acceptedBody('L'.repeat(MIB))))).state;
    for (let index = 0; index < 40; index += 1)
      state = (
        await writer.append(
          state,
          drafts({
            case: 'inputAppended',
            value: { source: 'user', messages: [wireMessage(userMessage('m'.repeat(4_000)))] },
          }),
        )
      ).state;
    await writer.close();
    const [row] = await sql<{ bytes: number }>(
      dataSource,
      'SELECT length(state::text) AS bytes FROM journal.snapshots WHERE run_id = $1',
      [state.runId],
    );
    expect(row?.bytes).toBeLessThan(400_000);
    expect(await new JournalStore(dataSource).loadState(state.runId)).toEqual(state);
  });

  it('that is gone by hand is an error with its hash, and the run can be ended', async () => {
    const state = await accept('G'.repeat(MIB), 'gone');
    await sql(dataSource, `DELETE FROM journal.payloads WHERE tenant = 'gone'`);
    const reader = new JournalStore(dataSource);
    await expect(reader.loadState(state.runId)).rejects.toMatchObject({ code: 'journal.payload_missing' });
    const { state: known, unreadable } = await reader.stateToEnd(state.runId);
    expect(unreadable).toMatchObject({ code: 'journal.unreadable', details: { cause: 'journal.payload_missing' } });
    expect((await reader.append(known, drafts({ case: 'runCancelled', value: {} }))).state.status).toBe('cancelled');
  });
});

describe('what only looks like a reference', () => {
  it('reads nobody’s payload, and stays what it was', async () => {
    const secret = 'S'.repeat(MIB);
    await accept(secret, 'victim');
    await accept(secret, 'thief');
    const { reference } = referTo(secret);
    const forged: JsonValue = {
      a: [reference, { $$payload: reference }],
      $payload: { hash: 'x', bytes: 1, preview: '' },
    };
    for (const tenant of ['third', 'thief']) {
      const state = await accept(forged, tenant);
      expect(state.input).toEqual(forged);
      expect((await new JournalStore(dataSource).loadState(state.runId)).input).toEqual(forged);
      expect((await store.findRun(state.runId))?.input).toEqual(forged);
      expect((await store.findRun(state.runId))?.payloads).toBeUndefined();
    }
  });

  it('is the same after any way there and back, and so is everything else', () => {
    const key = fc.oneof(fc.constantFrom('$payload', '$$payload', '$$$payload', 'hash', '__proto__x'), fc.string());
    const { tree } = fc.letrec<{ tree: JsonValue }>((tie) => ({
      tree: fc.oneof(
        { depthSize: 'small' },
        fc.string() as fc.Arbitrary<JsonValue>,
        fc.constant('L'.repeat(300_000)) as fc.Arbitrary<JsonValue>,
        fc.constant(referTo('x').reference) as fc.Arbitrary<JsonValue>,
        fc.array(tie('tree'), { maxLength: 3 }) as fc.Arbitrary<JsonValue>,
        fc.dictionary(key, tie('tree'), { maxKeys: 3 }) as fc.Arbitrary<JsonValue>,
      ),
    }));
    fc.assert(
      fc.property(tree, fc.boolean(), (value, whole) => {
        const { json, payloads } = claimValue(value, whole);
        const known = new Map(payloads.map(({ hash, text }) => [hash, JSON.parse(text) as JsonValue]));
        expect([...hashesIn(json)].every((hash) => known.has(hash))).toBe(true);
        expect(resolveReferences(json, known)).toEqual(value);
        const wire = { tenant: 't', run_accepted: { input: value, metadata: { $payload: 'as it is' } } };
        const event = claimEvent(wire, JSON.stringify(wire));
        const all = new Map(event?.payloads.map(({ hash, text }) => [hash, JSON.parse(text) as JsonValue]));
        expect(event ? resolveEvent(event.json, all) : wire).toEqual(wire);
      }),
      { numRuns: 60 },
    );
  });
});
