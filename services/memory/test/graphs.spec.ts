import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { checkEvidenceGraphs, type GraphMemory } from '@switchyard/testing';
import { memoryFixture, type MemoryFixture } from '../src/memory.fixture.js';

let memory: MemoryFixture;
beforeAll(async () => {
  memory = await memoryFixture();
});
afterAll(() => memory.close());

const GRAPHS = 100;
const LIMIT = 50;

describe('random graphs of evidence', () => {
  it('never give what was withdrawn or what rested on it, and never lose anything else, on any way of reading', async () => {
    // Another process each time that it is restarted.
    let services: Omit<MemoryFixture, 'replica' | 'close' | 'passDays' | 'databaseUrl' | 'time'> = memory;
    const graphs: GraphMemory = {
      record: async (tenant, texts) => {
        const { ids = [] } = await services.record({ scope: { tenant }, episodes: texts.map((text) => ({ text })) });
        return ids;
      },
      remember: async (tenant, text, evidence, kind) =>
        (await services.remember({ scope: { tenant }, text, kind, evidence: [...evidence] })).id,
      retract: async (tenant, ids) => ({ actId: (await services.retract({ tenant, ids: [...ids] })).id }),
      restore: async (tenant, actId) => {
        await services.restore({ tenant, actId });
      },
      erase: async (tenant, ids) => {
        await services.erase({ tenant, ids: [...ids] });
      },
      reads: async (tenant, query) => {
        const scope = { tenant };
        const [words, newest, listed] = await Promise.all([
          services.recall({ scope, query, limit: LIMIT }),
          services.recall({ scope, query: '', limit: LIMIT }),
          services.list({ scope, limit: LIMIT }),
        ]);
        return [words, newest, listed].map((found) => found.map(({ text }) => text));
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
  });
});
