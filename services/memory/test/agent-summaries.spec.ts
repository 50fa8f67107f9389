import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@switchyard/contracts';
import { AgentSummariser } from '../src/consolidation/agent-summariser.js';
import { AskNowService } from '../src/derivations/ask-now.service.js';
import { AskerService } from '../src/derivations/asker.service.js';
import { DerivationRepository } from '../src/derivations/derivation.repository.js';
import { FakeRouter } from '../src/derivations/router.fixture.js';
import { memoryFixture, type MemoryFixture } from '../src/memory.fixture.js';
import { NO_SEMANTICS } from '../src/semantics.js';

let memory: MemoryFixture;
let router: FakeRouter;
let scope = { tenant: '', user: 'ann' };
let tenants = 0;
beforeAll(async () => {
  memory = await memoryFixture(NO_SEMANTICS, undefined, {
    summariserOf: (whose) => {
      const { dataSource, time } = memory;
      // As much of the client as is used.
      const asker = new AskerService(router as never);
      return new AgentSummariser(
        new AskNowService(dataSource, new DerivationRepository(dataSource), asker, time),
        whose,
      );
    },
  });
});
afterAll(() => memory.close());
beforeEach(() => {
  router = new FakeRouter();
  scope = { tenant: `summary-${(tenants += 1)}`, user: 'ann' };
});

interface Fact {
  id: string;
  about: string;
  statement: string;
  holds: boolean;
}
const factsIn = (input: JsonObject) => input['facts'] as unknown as Fact[];
const writes =
  (text: string, more: JsonObject = {}) =>
  (input: JsonObject) => {
    const facts = factsIn(input);
    return { summaries: [{ about: facts[0]?.about ?? '', text, evidence: facts.map(({ id }) => id), ...more }] };
  };
async function tell(...texts: string[]) {
  const ids: string[] = [];
  for (const text of texts) {
    memory.passDays(1);
    ids.push((await memory.remember({ scope, text, provenance: { source: 'user' } })).id);
  }
  return ids;
}
const summaries = () => memory.list({ scope: { tenant: scope.tenant }, kinds: ['summary'] });
const consolidate = () => memory.consolidate({ scope, by: 'writer' });

describe('summaries that an agent writes', () => {
  it("rest on all facts that it was told, are an agent's word, and name who wrote them", async () => {
    const ids = await tell('I live in Bonn', 'My favourite colour is teal', 'I live in Rome', 'I work at Acme');
    router.answer = (input) => {
      expect(factsIn(input).filter(({ holds }) => !holds)).toMatchObject([{ statement: 'I live in Bonn' }]);
      const [first] = factsIn(input);
      return writes('Ann works at Acme in Rome.', { evidence: [first?.id ?? ''] })(input);
    };
    const { made, refused } = await consolidate();
    expect(refused).toEqual([]);
    expect(made).toMatchObject([
      {
        text: 'Ann works at Acme in Rome.',
        kind: 'summary',
        trust: 'medium',
        evidence: [...ids].sort(),
        provenance: { source: 'consolidation', actor: 'writer', runId: 'run_ask_1' },
      },
    ]);
    await memory.erase({ tenant: scope.tenant, ids: ids.slice(0, 1) });
    expect(await summaries()).toEqual([]);
  });

  it('are not asked for again where nothing has changed, and anew where something has', async () => {
    await tell('I live in Rome', 'My favourite colour is teal', 'I work at Acme');
    router.answer = writes('Ann works at Acme.');
    await consolidate();
    router.answer = writes('Acme is where Ann works.');
    expect(await consolidate()).toEqual({ made: [], refused: [] });
    expect(router.tasks).toHaveLength(1);
    await tell('My email is a@example.org');
    await consolidate();
    expect(router.tasks).toHaveLength(2);
    expect((await summaries()).map(({ state }) => state).sort()).toEqual(['current', 'superseded']);
  });

  it.each<[string, JsonObject]>([
    ['of somebody who was not asked about', { about: 'bob' }],
    ['that rests on what was not given', { evidence: ['mem_x'] }],
    ['that says nothing', { text: ' ' }],
    ['that is longer than what it sums up may be', { text: 'x'.repeat(4_001) }],
  ])('are not taken where there is one %s', async (_, wrong) => {
    await tell('I live in Rome', 'My favourite colour is teal', 'I work at Acme');
    router.answer = writes('Ann works at Acme.', wrong);
    await expect(consolidate()).rejects.toMatchObject({ code: 'memory.ask.unusable' });
    expect(await summaries()).toEqual([]);
  });

  it('are refused with the reason where the agent answers nonsense or fails', async () => {
    await tell('I live in Rome', 'My favourite colour is teal', 'I work at Acme');
    router.answer = () => 'About Ann: she works.';
    await expect(consolidate()).rejects.toMatchObject({ code: 'memory.ask.unusable' });
    router.answer = () => ({ fails: 'The model is gone.' });
    await expect(consolidate()).rejects.toMatchObject({ code: 'memory.ask.failed' });
    expect(await summaries()).toEqual([]);
  });

  it('are kept only if what they rest on is found as well with them', async () => {
    for (let n = 0; n < 10; n += 1)
      await memory.remember({ scope, text: `zebra w${n}`, subject: `ann|zebra number${n}` });
    router.answer = writes('zebra zebra number number0 number1 number2 number3');
    expect(await consolidate()).toEqual({ made: [], refused: ['summary|ann|writer'] });
    expect(await summaries()).toEqual([]);
    // Judged once: what was refused is not paid for again.
    await memory.consolidate({ scope });
    expect(await consolidate()).toEqual({ made: [], refused: ['summary|ann|writer'] });
    expect(router.tasks).toHaveLength(1);
  });

  it('stand beside those of rules, and neither takes the place of the other', async () => {
    await tell('I live in Rome', 'My favourite colour is teal', 'I work at Acme');
    router.answer = writes('Ann works at Acme.');
    for (let round = 0; round < 2; round += 1) {
      await consolidate();
      await memory.consolidate({ scope });
    }
    expect(router.tasks).toHaveLength(1);
    expect((await summaries()).map(({ state, provenance }) => [state, provenance?.actor]).sort()).toEqual([
      ['current', 'memory'],
      ['current', 'writer'],
    ]);
  });
});
