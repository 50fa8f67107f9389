import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSimulator, type Simulator } from '@switchyard/simulator';
import { waitFor } from '@switchyard/testing';
import { SOON_AGAIN } from '../faults/ack-wait.fixture.js';
import { FaultyTools } from '../faults/faulty-tools.fixture.js';
import { ModelGate } from '../faults/model-gate.fixture.js';
import { descendants } from '../faults/processes.fixture.js';
import { addAgent, addBackend, ended, entriesOf, submit } from '../faults/runs.fixture.js';
import { rest, System } from '../index.js';

describe('a run that is moved while its executor dies', () => {
  let system: System;
  let gate: ModelGate;
  let simulator: Simulator;
  let tools: FaultyTools;
  beforeAll(async () => {
    system = await System.start({
      args: ['--separate'],
      env: { SWITCHYARD_RECONCILE_MS: '500', SWITCHYARD_STALLED_AFTER_MS: '3000', ...SOON_AGAIN },
    });
    gate = await ModelGate.start({
      script: [{ calls: [{ name: 'killed_calc_count', arguments: { expression: 'once' } }] }],
    });
    simulator = await startSimulator({ script: [{ text: 'By b.' }] });
    await addBackend(system, 'a', gate.url);
    await addBackend(system, 'b', `${simulator.url}/v1`);
    tools = await FaultyTools.connect(system, 'killed', 20_000);
    await addAgent(system, 'mover', ['killed_calc_count']);
  });
  afterAll(async () => {
    await system?.stop();
    await Promise.all([gate?.close(), simulator?.close()]);
  });

  it('is taken up on the backend that its journal names, with what was done, and nothing is done twice', async () => {
    gate.holdSecondTurns();
    const runId = await submit(system, { agent: 'mover', input: 'Count', backend: 'a' });
    await waitFor(() => gate.count('waiting') === 1);
    const moved = await rest(system, 'POST', `/v1/runs/${runId}/switch`, { body: { backend: 'b', reason: 'dying' } });
    expect(moved.status).toBe(200);
    // The move is committed, and whoever was to pass the run on is gone.
    const executor = (await descendants(system.pid)).find(({ command }) => command.includes('/executor/dist/main.js'));
    process.kill(executor?.pid ?? -1, 'SIGKILL');
    expect(await ended(system, runId, 90_000)).toMatchObject({ status: 'completed', output: 'By b.', backend: 'b' });
    const turns = await entriesOf(system, runId, 'model_turn_completed');
    expect(turns.map(({ backend }) => backend)).toEqual(['a', 'b']);
    expect(await entriesOf(system, runId, 'backend_switched')).toMatchObject([{ from: 'a', to: 'b', reason: 'dying' }]);
    expect(await tools.calls('calc_count')).toEqual({ once: 1 });
    expect([gate.count('abandoned'), simulator.requests.filter(({ method }) => method === 'POST').length]).toEqual([
      1, 1,
    ]);
  }, 150_000);
});
