import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@switchyard/contracts';
import { startSimulator, type Simulator } from '@switchyard/simulator';
import { waitFor } from '@switchyard/testing';
import { addAgent, addBackend, ended, entriesOf, runOf, submit, untilStatus } from '../faults/runs.fixture.js';
import { rest, switchyard, System } from '../index.js';

/** One model stands for the chief, another for those that it calls. */
describe('agents that call agents', () => {
  let system: System;
  let chief: Simulator;
  let others: Simulator;
  beforeAll(async () => {
    system = await System.start();
    [chief, others] = await Promise.all([startSimulator(), startSimulator()]);
    await addBackend(system, 'z-chief', `${chief.url}/v1`);
    await addBackend(system, 'z-others', `${others.url}/v1`);
    const on = (backend: string) => ({ model: { backend } });
    await addAgent(system, 'expert', ['clock'], on('z-others'));
    await addAgent(system, 'middle', [], { ...on('z-chief'), agents: ['expert'] });
    await addAgent(system, 'chief', [], { ...on('z-chief'), agents: ['expert', 'middle'], handoffs: ['expert'] });
  });
  afterAll(async () => {
    await system?.stop();
    await chief?.close();
    await others?.close();
  });

  const calls = (...asked: [name: string, args: JsonObject][]) => ({
    calls: asked.map(([name, args]) => ({ name, arguments: args })),
  });
  const tree = async (runId: string): Promise<JsonObject[]> =>
    (await rest(system, 'GET', `/v1/runs/${runId}/tree`)).body['runs'] as JsonObject[];

  it('fan out, join once, and are shown as a tree', async () => {
    chief.enqueue(
      calls(...['a', 'b', 'c', 'd', 'e'].map((name): [string, JsonObject] => ['agent_expert', { input: name }])),
      { text: 'All five agree.' },
    );
    others.enqueue(...Array.from({ length: 5 }, () => ({ text: 'yes' })));
    const runId = await submit(system, { agent: 'chief', input: 'Ask five times' });
    expect(await ended(system, runId)).toMatchObject({ status: 'completed', output: 'All five agree.', turns: 2 });
    const runs = await tree(runId);
    expect(runs.map(({ agent, status }) => `${String(agent)} ${String(status)}`).sort()).toEqual([
      'chief completed',
      ...Array.from({ length: 5 }, () => 'expert completed'),
    ]);
    const shown = await switchyard(system, ['runs', 'tree', runId]);
    expect(shown.stdout).toMatch(/chief[\s\S]*expert[\s\S]*6 runs, /);
    const listed = await rest(system, 'GET', `/v1/runs?parent=${runId}`);
    expect(listed.body['runs']).toHaveLength(5);
    expect((await switchyard(system, ['runs', 'show', runId])).stdout).toMatch(/children +run_/);
  });

  it('are cancelled with the first of three levels, and nothing of them happens after', async () => {
    chief.enqueue(calls(['agent_middle', { input: 'deeper' }]), calls(['agent_expert', { input: 'deepest' }]));
    others.setFault({ fault: 'hang' });
    const runId = await submit(system, { agent: 'chief', input: 'Go deep' });
    const runs = await waitFor(
      async () => {
        const found = await tree(runId);
        return found.length === 3 ? found : undefined;
      },
      { describe: 'three levels' },
    );
    const ids = runs.map((run) => String(run['run_id']));
    await untilStatus(system, ids[2] ?? '', ['running']);
    const cancelled = await rest(system, 'POST', `/v1/runs/${runId}/cancel`, { body: { reason: 'enough' } });
    expect(cancelled.status).toBe(200);
    const after = await Promise.all(ids.map((id) => runOf(system, id)));
    expect(after.map(({ status }) => status)).toEqual(['cancelled', 'cancelled', 'cancelled']);
    others.setFault(null);
    expect((await entriesOf(system, ids[2] ?? '', 'run_cancelled'))[0]).toMatchObject({ reason: 'parent ended' });
  });

  it('hand a thread over: the other one answers, and the next message is its', async () => {
    chief.enqueue(calls(['handoff_expert', { reason: 'it is about invoices' }]));
    others.enqueue({ text: 'I see to your invoice.' }, { text: 'It is paid.' });
    const first = await submit(system, { agent: 'chief', input: 'My invoice?', thread: 'invoices' });
    expect(await ended(system, first)).toMatchObject({
      status: 'completed',
      output: 'I see to your invoice.',
      handed_over_to: 'expert',
      turns: 1,
    });
    const second = await ended(system, await submit(system, { agent: 'chief', input: 'And now?', thread: 'invoices' }));
    expect(second).toMatchObject({ agent: 'expert', output: 'It is paid.' });
    expect(String(second['routing_reason'])).toContain('handed the thread over');
    const [told] = await entriesOf(system, String(second['run_id']), 'input_appended');
    expect(JSON.stringify(told)).toContain('I see to your invoice.');
  });
});
