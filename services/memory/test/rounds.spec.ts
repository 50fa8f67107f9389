import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { create, ConsolidationPolicySchema } from '@switchyard/contracts';
import type { Group } from '../src/consolidation/groups.js';
import { RoundsRepository } from '../src/consolidation/rounds.repository.js';
import { ExtractiveSummariser } from '../src/consolidation/summariser.js';
import { memoryFixture, type MemoryFixture } from '../src/memory.fixture.js';

const MINUTE_MS = 60_000;
let memory: MemoryFixture;
beforeEach(async () => {
  memory = await memoryFixture();
});
afterEach(() => memory.close());

const ANN = ['I live in Rome', 'My favourite colour is teal', 'I work at Acme'];
async function tell(scope: { tenant: string; user: string }, texts: readonly string[] = ANN) {
  const ids: string[] = [];
  for (const text of texts)
    ids.push((await memory.remember({ scope, text, provenance: { source: 'user', actor: scope.user } })).id);
  return ids;
}
const choose = (tenant: string, rounds: string) =>
  memory.consolidationPolicies.put(create(ConsolidationPolicySchema, { tenant, rounds }));
const summaries = (tenant: string) => memory.list({ scope: { tenant }, kinds: ['summary'] });
/** Notes whose summaries were asked for. */
function noting() {
  const asked: string[] = [];
  const own = new ExtractiveSummariser();
  const summarise = (group: Group) => {
    asked.push(group.owner);
    return own.summarise(group);
  };
  return { asked, summariser: { summarise } };
}

describe('summaries in the background', () => {
  it('are made for those who chose them, or for all but those who declined, or for nobody', async () => {
    for (const tenant of ['silent', 'willing', 'unwilling']) await tell({ tenant, user: 'ann' });
    await choose('willing', 'on');
    await choose('unwilling', 'off');
    expect(await memory.consolidationPolicies.get('willing')).toMatchObject({ tenant: 'willing', rounds: 'on' });
    const made = async () =>
      Promise.all(['silent', 'willing', 'unwilling'].map(async (of) => (await summaries(of)).length));
    expect([await memory.roundsOf('off').round(), await made()]).toEqual([0, [0, 0, 0]]);
    expect([await memory.roundsOf('chosen').round(), await made()]).toEqual([1, [0, 1, 0]]);
    expect([await memory.roundsOf('all').round(), await made()]).toEqual([1, [1, 1, 0]]);
    await choose('unwilling', '');
    expect([await memory.roundsOf('all').round(), await made()]).toEqual([1, [1, 1, 1]]);
  });

  it('are made of what has changed, and nothing is looked at that has not', async () => {
    const [ann, bob] = [
      { tenant: 'one', user: 'ann' },
      { tenant: 'two', user: 'bob' },
    ];
    await tell(ann);
    await tell(bob);
    const { asked, summariser } = noting();
    const rounds = memory.roundsOf('all', 50, summariser);
    const repository = new RoundsRepository(memory.dataSource);
    const waiting = async () => (await repository.changed(true, memory.time())).map(({ scope }) => scope.user);
    // A summary changes its scope: once more it is looked at, and there is nothing to do.
    expect([await rounds.round(), await rounds.round(), await waiting()]).toEqual([2, 0, []]);
    expect(asked.sort()).toEqual(['ann', 'bob']);
    memory.passDays(1);
    await tell(bob, ['I live in Bonn']);
    expect(await waiting()).toEqual(['bob']);
    expect([await rounds.round(), asked]).toEqual([1, ['ann', 'bob', 'bob']]);
    expect((await summaries('two')).map(({ state }) => state)).toEqual(['current', 'superseded']);
  });

  it.each<[string, (ids: readonly string[], scope: { tenant: string; user: string }) => Promise<unknown>]>([
    ['something new', (_, scope) => tell(scope, ['My email is a@example.org'])],
    ['a retraction', ([id = ''], { tenant }) => memory.retract({ tenant, ids: [id] })],
    ['an erasure', ([id = ''], { tenant }) => memory.erase({ tenant, ids: [id] })],
    [
      'a correction',
      ([id = ''], { tenant }) => memory.correct({ tenant, id, text: 'I live in Oslo', provenance: { source: 'user' } }),
    ],
    ['what held before and is said again', (_, scope) => tell(scope, ['I live in Bonn'])],
  ])('are made anew after %s', async (_, change) => {
    const scope = { tenant: 'one', user: 'ann' };
    await tell(scope, ['I live in Bonn', ...ANN]);
    memory.passDays(1);
    const ids = await tell(scope, ['I live in Basel']);
    const rounds = memory.roundsOf('all');
    await rounds.round();
    await rounds.round();
    memory.passDays(1);
    await change(ids, scope);
    const repository = new RoundsRepository(memory.dataSource);
    expect((await repository.changed(true, memory.time())).length).toBe(1);
    await rounds.round();
    const [current] = await summaries('one');
    const holds = (await memory.list({ scope, states: ['current'], kinds: ['fact'] })).map(
      ({ text = '' }) => `- ${text}`,
    );
    expect(
      current?.text
        ?.split('\n')
        .filter((line) => line.startsWith('- ') && !line.startsWith('- before'))
        .sort(),
    ).toEqual(holds.sort());
  });

  it('are so many a round at most, and the next goes on where the one before stopped, after a restart too', async () => {
    for (const user of ['ann', 'bob', 'cid', 'dan', 'eve']) await tell({ tenant: 'one', user });
    const { asked, summariser } = noting();
    const made: number[] = [];
    for (let round = 0; round < 4; round += 1)
      made.push(await (await memory.replica()).roundsOf('all', 2, summariser).round());
    expect(made).toEqual([2, 2, 1, 0]);
    expect(asked.sort()).toEqual(['ann', 'bob', 'cid', 'dan', 'eve']);
  });

  it('are made once, however many replicas do so at the same time', async () => {
    for (const user of ['ann', 'bob', 'cid']) await tell({ tenant: 'one', user });
    const { asked, summariser } = noting();
    const replicas = await Promise.all(Array.from({ length: 3 }, () => memory.replica()));
    for (let round = 0; round < 2; round += 1)
      await Promise.all(replicas.map((replica) => replica.roundsOf('all', 50, summariser).round()));
    expect(asked.sort()).toEqual(['ann', 'bob', 'cid']);
    const all = await summaries('one');
    expect(all.map(({ count, state }) => [count, state])).toEqual(Array(3).fill([1, 'current']));
  });

  it('wait for a replica that died with a scope in hand, and no longer than it may have it', async () => {
    await tell({ tenant: 'one', user: 'ann' });
    const repository = new RoundsRepository(memory.dataSource);
    const [changed] = await repository.changed(true, memory.time());
    if (!changed) throw new Error('The scope does not wait');
    const until = new Date(memory.time().getTime() + 10 * MINUTE_MS);
    expect(await repository.claim(changed, until, memory.time())).toBe(true);
    expect(await memory.roundsOf('all').round()).toBe(0);
    memory.passDays(1);
    expect(await memory.roundsOf('all').round()).toBe(1);
    // What it gives back late takes nothing away from who has it now.
    await repository.release(changed, until, false, memory.time());
    await memory.roundsOf('all').round();
    expect(await repository.changed(true, memory.time())).toEqual([]);
  });

  it('fail for one scope without failing for the others, and are tried again', async () => {
    for (const user of ['ann', 'bob']) await tell({ tenant: 'one', user });
    const own = new ExtractiveSummariser();
    let isDown = true;
    const summariser = {
      summarise: (group: Group) =>
        isDown && group.owner === 'ann' ? Promise.reject(new Error('The model is down')) : own.summarise(group),
    };
    const rounds = memory.roundsOf('all', 50, summariser);
    expect(await rounds.round()).toBe(1);
    isDown = false;
    expect(await rounds.round()).toBe(1);
    expect((await summaries('one')).map(({ scope }) => scope?.user).sort()).toEqual(['ann', 'bob']);
  });
});
