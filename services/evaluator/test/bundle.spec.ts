import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EvaluatorService } from '@switchyard/contracts';
import { sql } from '@switchyard/persistence';
import { BundleOwner } from '@switchyard/service';
import { startEvaluator, suiteOf, type EvaluatorFixture } from './evaluator.fixture.js';

describe("the evaluator's part of a bundle", () => {
  let source: EvaluatorFixture;
  let target: EvaluatorFixture;
  let done: string;
  let open: string;
  beforeAll(async () => {
    [source, target] = await Promise.all([startEvaluator(), startEvaluator()]);
    source.router.answer = () => ({ output: 'yes' });
    done = (await source.completed((await source.start(suiteOf(3))).id)).id;
    source.router.answer = () => 'hold';
    open = (await source.start(suiteOf(2))).id;
  });
  afterAll(() => Promise.all([source.stop(), target.stop()]));

  const linesOf = async ({ rpc, tenant }: EvaluatorFixture, since?: Date): Promise<string[]> => {
    const owner = new BundleOwner(rpc, EvaluatorService);
    const lines: string[] = [];
    for (const { kind } of await owner.kinds({ tenant, since }))
      for await (const line of owner.lines(kind, { tenant, since })) lines.push(line);
    return lines;
  };

  it('has the same record where it was imported, and nothing of it goes on there', async () => {
    const lines = await linesOf(source);
    const owner = new BundleOwner(target.rpc, EvaluatorService);
    expect(await owner.import(target.tenant, lines, false)).toMatchObject({ stored: lines.length });
    expect(await owner.import(target.tenant, lines, false)).toMatchObject({ stored: 0, same: lines.length });
    expect(await target.get(done)).toEqual(await source.get(done));
    expect(await target.configurations()).toEqual(await source.configurations());
    expect(await target.get(open)).toMatchObject({ status: 'cancelled' });
    const attempts = 'SELECT DISTINCT status FROM evaluation.attempts WHERE evaluation_id = $1';
    expect(await sql(target.dataSource, attempts, [open])).toEqual([{ status: 'cancelled' }]);
    // An evaluator that starts looks for what should be going on.
    await target.startOne();
    await target.idle();
    expect(target.router.runs.size).toBe(0);
  });

  it('since a time is what began since', async () => {
    const lines = await linesOf(source, new Date(Date.now() + 60_000));
    const kinds = new Set(lines.map((line) => /"kind":"(\w+)"/.exec(line)?.[1]));
    expect([...kinds]).toEqual(['suite', 'configuration']);
  });

  it('does not write into an evaluation of another tenant', async () => {
    const line = (await linesOf(source)).find((text) => text.startsWith('{"kind":"evaluation_case"')) ?? '';
    await expect(new BundleOwner(target.rpc, EvaluatorService).import('other', [line], false)).rejects.toMatchObject({
      code: 'bundle.invalid',
    });
  });
});
