import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { timestampFromDate } from '@switchyard/contracts';
import { checkEvidenceGraphs, type GraphMemory } from '@switchyard/testing';
import { memoryFixture, type MemoryFixture } from '../src/memory.fixture.js';

let memory: MemoryFixture;
beforeAll(async () => {
  memory = await memoryFixture();
});
afterAll(() => memory.close());

const GRAPHS = 200;
const LIMIT = 50;

describe('random graphs of evidence', () => {
  it('never give what was withdrawn or what rested on it, and never lose anything else, on any way of reading', async () => {
    // Another process each time that it is restarted.
    let services: Omit<MemoryFixture, 'replica' | 'close' | 'passDays' | 'databaseUrl' | 'time'> = memory;
    // When all of a tenant had been said and nothing been withdrawn.
    const said = new Map<string, Date>();
    let summaries = 0;
    const graphs: GraphMemory = {
      record: async (tenant, texts) => {
        const { ids = [] } = await services.record({ scope: { tenant }, episodes: texts.map((text) => ({ text })) });
        return ids;
      },
      remember: async (tenant, text, evidence, kind) => {
        const { id } = await services.remember({
          scope: { tenant },
          text,
          kind,
          evidence: [...evidence],
          // Of one owner, so that summaries are made of them; of a subject each, so that none takes another's place.
          ...(kind === 'fact' && { subject: `zoe|${text}` }),
        });
        said.set(tenant, memory.time());
        return id;
      },
      retract: async (tenant, ids) => {
        memory.passDays(1);
        return { actId: (await services.retract({ tenant, ids: [...ids] })).id };
      },
      restore: async (tenant, actId) => {
        await services.restore({ tenant, actId });
      },
      erase: async (tenant, ids) => {
        await services.erase({ tenant, ids: [...ids] });
      },
      reads: async (tenant, query) => {
        const scope = { tenant };
        const asOf = timestampFromDate(memory.time());
        const [words, newest, listed, now, { records = [] }] = await Promise.all([
          services.recall({ scope, query, limit: LIMIT }),
          services.recall({ scope, query: '', limit: LIMIT }),
          services.list({ scope, limit: LIMIT }),
          services.recall({ scope, query, asOf, limit: LIMIT }),
          services.exportPage({ scope }),
        ]);
        const exported = records.map((record) => ({ text: record.memory?.text ?? '' }));
        return [words, newest, listed, now, exported].map((found) => found.map(({ text }) => text));
      },
      readsOfBefore: async (tenant, query) => {
        const scope = { tenant };
        const moment = timestampFromDate(said.get(tenant) ?? memory.time());
        const [then, known, { records = [] }] = await Promise.all([
          services.recall({ scope, query, asOf: moment, knownAt: moment, limit: LIMIT }),
          services.recall({ scope, query: '', knownAt: moment, limit: LIMIT }),
          services.exportPage({ scope, all: true }),
        ]);
        return [...then, ...known, ...records.flatMap((record) => record.memory ?? [])].map(({ text = '' }) => text);
      },
      consolidate: async (tenant) => {
        summaries += (await services.consolidate({ scope: { tenant } })).made?.length ?? 0;
      },
      stateOf: async (tenant, id) => {
        const history = await services.history(tenant, id).catch(() => undefined);
        if (!history) return 'gone';
        return history.memory?.state === 'retracted' ? 'retracted' : 'there';
      },
      restart: async () => {
        services = await memory.replica();
      },
    };
    const report = await checkEvidenceGraphs(graphs, { graphs: GRAPHS, seed: 1 });
    expect([report.leaks, report.losses]).toEqual([[], []]);
    expect(report.acts).toBeGreaterThan(GRAPHS);
    expect(summaries).toBeGreaterThan(GRAPHS / 10);
  });
});
