import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { create, MemoryPolicySchema, RouterService, RunEventSchema, RunSchema, toValue } from '@switchyard/contracts';
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
/** Versions of the agent, and what each remembers. */
const VERSIONS: Readonly<Record<string, string>> = { 'sha256:quiet': '', 'sha256:keen': 'conversations' };
const asked = { agents: 0 };

interface Question {
  tenant: string;
  runId?: string;
  version?: string;
}

/** A replica; the router that it asks knows the versions of one agent, and runs of one of them with two turns of talk. */
function replica(agentVersion: string) {
  const router = {
    call: (method: { name: string }, { tenant, runId = '', version = '' }: Question) => {
      if (method.name === RouterService.method.getAgent.name) {
        asked.agents += 1;
        return Promise.resolve({
          definition: { memory: create(MemoryPolicySchema, { remember: VERSIONS[version] ?? '' }) },
        });
      }
      const whose = { tenant, runId, agent: 'helper', agentVersion, user: 'ann', thread: 'th', status: 'completed' };
      const said = {
        input: toValue(`I live in ${runId.slice(4)}`),
        output: toValue(`Noted, ${runId.slice(4)} it is.`),
      };
      return Promise.resolve(create(RunSchema, { ...whose, ...said }));
    },
  };
  const episodes = new EpisodesService(new SaveRepository(memory.dataSource), memory.time);
  // As much of the client and the bus as it uses.
  const facts = { ended: () => Promise.resolve(false) };
  return new ConversationsController(episodes, router as never, { prefix: PREFIX } as never, facts as never);
}

const ended = (tenant: string, runId: string) => ({
  event: create(RunEventSchema, { tenant, runId, seq: 5, agent: 'helper', body: { case: 'runCompleted', value: {} } }),
  context: { subject: `${PREFIX}.event.${tenant}.${runId}.RunCompleted` } as never,
});

describe('conversations that agents remember', () => {
  it('are counted once, however often and wherever their end is delivered', async () => {
    const replicas = [replica('sha256:keen'), replica('sha256:keen')];
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

  it('are those of runs whose version of the agent says so, which is asked for once: what another version says is nothing to them', async () => {
    const quiet = replica('sha256:quiet');
    const before = asked.agents;
    for (const run of ['run_a', 'run_b', 'run_c']) {
      const { event, context } = ended('changed', run);
      await quiet.handle(event, context);
    }
    expect(asked.agents - before).toBe(1);
    expect(await memory.list({ scope: { tenant: 'changed' } })).toEqual([]);
    // The same agent, of another version.
    const { event, context } = ended('changed', 'run_d');
    await replica('sha256:keen').handle(event, context);
    expect(await memory.list({ scope: { tenant: 'changed' }, kinds: ['episode'] })).toHaveLength(2);
  });
});
