import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { create, OutcomeComparisonSchema } from '@switchyard/contracts';
import type { Shown } from '../src/consolidation/harm.repository.js';
import { memoryFixture, type MemoryFixture } from '../src/memory.fixture.js';

let memory: MemoryFixture;
beforeEach(async () => {
  memory = await memoryFixture();
});
afterEach(() => memory.close());

const scope = { tenant: 'default', user: 'ann' };
const FACTS = ['I live in Rome', 'My favourite colour is teal', 'I work at Acme'];

/** A summary, and a memory of the same scope that it does not rest on. */
async function told(): Promise<{ summary: string; other: string }> {
  for (const text of FACTS) await memory.remember({ scope, text, provenance: { source: 'user', actor: 'ann' } });
  const { made } = await memory.consolidate({ scope });
  const other = await memory.remember({
    scope,
    text: 'The dentist is on Friday',
    provenance: { source: 'user', actor: 'ann' },
  });
  return { summary: made?.[0]?.id ?? '', other: other.id };
}

/** Runs that were given these memories. */
const give = (prefix: string, runs: number, ids: readonly string[]) =>
  Promise.all(
    Array.from({ length: runs }, (_, n) =>
      Promise.all(
        ids.map((id) =>
          memory.dataSource.query(
            `INSERT INTO memory.shown (tenant, run_id, memory_id, at) VALUES ('default', $1, $2, $3)`,
            [`run_${prefix}${n}`, id, memory.time()],
          ),
        ),
      ),
    ),
  );

/** An evaluator by whose record so many of the runs with it went well, and all without it. */
function harmOf(goodShare: number) {
  const asked: Shown[] = [];
  const compare = (shown: Shown) => {
    asked.push(shown);
    const [runs, others] = [shown.withRunIds.length, shown.withoutRunIds.length];
    const shares = { with: { runs, good: Math.round(goodShare * runs) }, without: { runs: others, good: others } };
    return Promise.resolve(create(OutcomeComparisonSchema, { ...shares, pWorse: goodShare < 0.7 ? 1e-6 : 0.2 }));
  };
  return { asked, harm: memory.harmBy({ compare }) };
}

describe('summaries that runs are given', () => {
  it('are demoted where runs go worse with them, with the reason, and an operator brings them back', async () => {
    const { summary, other } = await told();
    await give('with', 30, [summary, other]);
    await give('without', 40, [other]);
    const { harm, asked } = harmOf(0.5);
    expect(await harm.round()).toEqual([summary]);
    expect(
      asked.map(({ tenant, withRunIds, withoutRunIds }) => [tenant, withRunIds.length, withoutRunIds.length]),
    ).toEqual([['default', 30, 40]]);
    const current = () => memory.list({ scope, kinds: ['summary'], states: ['current'] });
    expect(await current()).toEqual([]);
    const { acts } = await memory.history('default', summary);
    const act = acts?.find(({ kind }) => kind === 'demote');
    expect(act).toMatchObject({
      actor: 'evaluator',
      reason: expect.stringContaining('15 of 30 went well with it, 40 of 40 went well without'),
    });
    expect(await harm.round()).toEqual([]);
    await memory.restore({ tenant: 'default', actId: act?.id ?? '', actor: 'user:ann' });
    expect((await current()).map(({ id }) => id)).toEqual([summary]);
  });

  it('stay where they make no difference, or where too few runs tell', async () => {
    const { summary, other } = await told();
    await give('with', 30, [summary]);
    await give('few', 19, [other]);
    const { harm, asked } = harmOf(0.9);
    expect(await harm.round()).toEqual([]);
    expect(asked).toEqual([]);
    await give('more', 1, [other]);
    expect(await harm.round()).toEqual([]);
    expect(asked).toHaveLength(1);
    expect(await memory.list({ scope, kinds: ['summary'], states: ['current'] })).toHaveLength(1);
  });

  it('are left as they are while no evaluator answers', async () => {
    const { summary, other } = await told();
    await give('with', 30, [summary]);
    await give('without', 30, [other]);
    const harm = memory.harmBy({ compare: () => Promise.resolve(undefined) });
    expect(await harm.round()).toEqual([]);
  });
});
