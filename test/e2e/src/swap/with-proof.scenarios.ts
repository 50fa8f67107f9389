import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { JsonObject } from '@switchyard/contracts';
import { startSimulator, type Simulator } from '@switchyard/simulator';
import { waitFor } from '@switchyard/testing';
import { addAgent, addBackend, finished, submit } from '../faults/runs.fixture.js';
import { rest, switchyard, switchyardJson, type System } from '../index.js';

const EXAMPLES = fileURLToPath(new URL('../../../../examples/swap', import.meta.url));
const TOOLS = ['calculator'];
/** Sums that the simulator can do with a calculator, and not where its answers are cut. */
const SUITE = JSON.stringify({
  ...{ suite: 'proof', agent: 'swapped', scorers: ['contains'] },
  cases: Array.from({ length: 12 }, (_, n) => ({
    ...{ id: `sum-${n}`, input: `What is ${n + 11} * 37?`, expected: String((n + 11) * 37) },
  })),
});

/** An agent's model is changed with proof: all on one system, as a person in a terminal does it. */
export function withProof(system: () => System): void {
  let simulator: Simulator;
  let brittle: Simulator;

  beforeAll(async () => {
    [simulator, brittle] = await Promise.all([startSimulator(), startSimulator()]);
    const url = `${simulator.url}/v1`;
    await addBackend(system(), 'p-house', url);
    await addBackend(system(), 'p-twin', url, { api: 'anthropic' });
    await addBackend(system(), 'p-worse', url, { model: 'switchyard-simulator+length' });
    await addBackend(system(), 'p-brittle', `${brittle.url}/v1`);
    await addAgent(system(), 'swapped', TOOLS, { model: { backend: 'p-house' } });
  });
  afterAll(() => Promise.all([simulator?.close(), brittle?.close()]));

  const swap = (to: string, ...more: string[]) => {
    const args = ['swap', 'swapped', '--to', to, '-f', '-', '--margin', '0.4', ...more];
    return switchyard(system(), args, { input: SUITE });
  };
  const newest = async () => {
    const { body } = await rest(system(), 'GET', '/v1/swaps?agent=swapped&limit=1');
    const [swap] = body['swaps'] as JsonObject[];
    return { id: String(swap?.['id']), status: swap?.['status'], certificate: String(swap?.['certificate']) };
  };
  const at = (status: string) =>
    waitFor(
      async () => {
        const found = await newest();
        return found.status === status && found;
      },
      { timeoutMs: 30_000, intervalMs: 200, describe: `the swap to be ${status}` },
    );
  const current = async () =>
    (await switchyardJson<{ definition: JsonObject }>(system(), ['agents', 'show', 'swapped'])).definition;

  it('refuses a worse model with exit status 1, the scorer and the cases', async () => {
    const { code, stdout } = await swap('p-worse');
    expect([code, stdout]).toEqual([1, expect.stringMatching(/refused\n {2}contains is worse by \d+ points over 12 /)]);
    expect((await current())['model']).toEqual({ backend: 'p-house' });
  });

  it('certifies an equal one with exit status 0, and the certificate can be verified', async () => {
    const { code, stdout } = await swap('p-twin', '--no-canary');
    expect([code, stdout]).toEqual([0, expect.stringContaining('Not worse by more than 40 points: contains.')]);
    const id = /cert_\w+/.exec(stdout)?.[0] ?? '';
    const verified = await switchyard(system(), ['certificates', 'verify', id]);
    expect([verified.code, verified.stdout]).toEqual([0, expect.stringContaining(`${id} is verified`)]);
    expect((await current())['model']).toEqual({ backend: 'p-house' });
  });

  it('rolls back by itself what breaks in use, with exit status 1, and ends its certificate', async () => {
    expect((await swap('p-brittle', '--share', '0.5', '--no-wait')).code).toBe(0);
    const { id, certificate } = await at('watching');
    brittle.setFault({ fault: '404' });
    for (let n = 0; n < 50; n += 1) await submit(system(), { agent: 'swapped', input: `What is ${n} * 12?` });
    const { code, stdout } = await switchyard(system(), ['swap', 'watch', id]);
    expect([code, stdout]).toEqual([1, expect.stringMatching(/rolled back\n {2}success of the candidate/)]);
    expect((await current())['model']).toEqual({ backend: 'p-house' });
    const shown = await switchyardJson(system(), ['certificates', 'show', certificate]);
    expect(shown).toMatchObject({ status: 'revoked', reason: expect.stringMatching(/^Rolled back: success/) });
  });

  it('keeps what a person applies meanwhile, and stops', async () => {
    expect((await swap('p-twin', '--no-wait')).code).toBe(0);
    const { id } = await at('watching');
    await addAgent(system(), 'swapped', TOOLS, { instructions: 'Pinned.', model: { backend: 'p-house' } });
    const { code, stdout } = await switchyard(system(), ['swap', 'watch', id]);
    expect([code, stdout]).toEqual([1, expect.stringContaining('stopped')]);
    expect(await current()).toMatchObject({ instructions: 'Pinned.', model: { backend: 'p-house' } });
  });

  it('explains the choice of a routed run on one screen', async () => {
    await addAgent(system(), 'routed', TOOLS, { model: { routing: { policy: 'balanced' } } });
    const run = await finished(system(), { agent: 'routed', input: 'What is 6 * 7?' });
    const { code, stdout } = await switchyard(system(), ['runs', 'explain', String(run['run_id'])]);
    expect([code, stdout]).toEqual([0, expect.stringContaining('why')]);
    expect(stdout.split('\n').length).toBeLessThan(50);
  });

  it('is proposed with the files of the guide as it says', async () => {
    for (const [kind, file] of [
      ['backends', 'backends.yaml'],
      ['agents', 'bookkeeper.yaml'],
    ] as const) {
      const word = kind === 'backends' ? 'add' : 'apply';
      expect(await switchyard(system(), [kind, word, '-f', join(EXAMPLES, file)])).toMatchObject({ code: 0 });
    }
    const suite = join(EXAMPLES, 'sums.suite.yaml');
    const args = ['swap', 'bookkeeper', '--to', 'cheap', '-f', suite, '--margin', '0.1', '--dry-run'];
    const { code, stdout } = await switchyard(system(), args);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/to +cheap .*\n.*80 runs/)]);
  });
}
