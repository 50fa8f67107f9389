import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { create, RouterService, RunEventSchema, RunSchema, toValue } from '@switchyard/contracts';
import { ConversationsController } from '../src/conversations/conversations.controller.js';
import { EpisodesService } from '../src/episodes.service.js';
import { memoryFixture, type MemoryFixture } from '../src/memory.fixture.js';
import { SaveRepository } from '../src/persistence/save.repository.js';

let memory: MemoryFixture;
beforeAll(async () => {
  memory = await memoryFixture();
});
afterAll(() => memory.close());

const PREFIX = 'switchyard';
const asked = { agents: 0, runs: 0 };

/** A replica; the router that it asks knows one agent that remembers, and runs of two turns of talk. */
function replica(remember: string) {
  const router = {
    call: (method: { name: string }, { tenant, runId = '' }: { tenant: string; runId?: string }) => {
      if (method.name === RouterService.method.getAgent.name) {
        asked.agents += 1;
        return Promise.resolve({ definition: { memory: { remember, keepDays: 0 } } });
      }
      asked.runs += 1;
      const said = {
        input: toValue(`I live in ${runId.slice(4)}`),
        output: toValue(`Noted, ${runId.slice(4)} it is.`),
      };
      return Promise.resolve(
        create(RunSchema, { tenant, runId, agent: 'helper', user: 'ann', thread: 'th', status: 'completed', ...said }),
      );
    },
  };
  const episodes = new EpisodesService(new SaveRepository(memory.dataSource), memory.time);
  // As much of the client and the bus as it uses.
  return new ConversationsController(episodes, router as never, { prefix: PREFIX } as never, memory.time);
}

const ended = (tenant: string, runId: string) => ({
  event: create(RunEventSchema, { tenant, runId, seq: 5, agent: 'helper', body: { case: 'runCompleted', value: {} } }),
  context: { subject: `${PREFIX}.event.${tenant}.${runId}.RunCompleted` } as never,
});

describe('conversations that agents remember', () => {
  it('are counted once, however often and wherever their end is delivered', async () => {
    const replicas = [replica('conversations'), replica('conversations')];
    const ends = ['run_Bonn', 'run_Rome', 'run_Oslo'].map((run) => ended('told', run));
    const deliveries = ends.flatMap((end) => Array.from({ length: 6 }, (_, n) => ({ ...end, to: replicas[n % 2] })));
    await Promise.all(deliveries.map(({ to, event, context }) => to?.handle(event, context)));
    const episodes = await memory.list({ scope: { tenant: 'told' }, kinds: ['episode'] });
    expect(episodes.map(({ count }) => count)).toEqual(Array.from({ length: 6 }, () => 1));
    expect(new Set(episodes.map(({ provenance }) => provenance?.runId))).toEqual(
      new Set(['run_Bonn', 'run_Rome', 'run_Oslo']),
    );
    const facts = await memory.list({ scope: { tenant: 'told' }, kinds: ['fact'] });
    expect(facts.map(({ count }) => count)).toEqual([1, 1, 1]);
    expect(facts.filter(({ state }) => state === 'current')).toHaveLength(1);
  });

  it('are not asked for where the agent does not say so, and its policy is kept in mind', async () => {
    const quiet = replica('');
    const before = { ...asked };
    for (const run of ['run_a', 'run_b', 'run_c']) {
      const { event, context } = ended('quiet', run);
      await quiet.handle(event, context);
    }
    expect([asked.agents - before.agents, asked.runs - before.runs]).toEqual([1, 0]);
    expect(await memory.list({ scope: { tenant: 'quiet' } })).toEqual([]);
  });
});
