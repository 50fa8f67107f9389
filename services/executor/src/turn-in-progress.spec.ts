import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ExecutorService, SwitchyardError } from '@switchyard/contracts';
import { RpcClient } from '@switchyard/bus';
import { waitFor } from '@switchyard/testing';
import { patientWorld } from './patient-world.fixture.js';
import { type World } from './world.fixture.js';

let world: World;

describe('the turn in progress', () => {
  beforeEach(async () => {
    world = await patientWorld({ SWITCHYARD_MODEL_FIRST_BYTE_MS: '20000', SWITCHYARD_MODEL_IDLE_MS: '20000' });
  });
  afterEach(() => world.close());

  it('is told by the executor that has the run in hand; deltas go on where it ends; the list says running', async () => {
    const deltas = world.deltas();
    world.simulator.enqueue({
      text: 'one two three four five six seven eight',
      fault: { fault: 'slow', delayMs: 150 },
    });
    await world.startExecutor();
    await world.startExecutor();
    const runId = await world.accept('Count');
    await waitFor(() => deltas.length > 1);
    const partial = await new RpcClient(world.bus).call(ExecutorService.method.getPartial, {
      tenant: 'default',
      runId,
    });
    expect(partial).toMatchObject({ runId, turn: 1, deltas: [{ kind: 'text', offset: 0 }] });
    const text = partial.deltas[0]?.text ?? '';
    expect('one two three four five six seven eight'.startsWith(text)).toBe(true);
    await waitFor(async () => (await world.store.findRun(runId))?.status === 'running', {
      describe: 'the list to say running',
    });
    const { state } = await world.ended(runId);
    const rest = deltas.filter((delta) => delta.offset >= text.length).map((delta) => delta.text);
    expect(text + rest.join('')).toBe(state.output);
  });

  it('of a run that nobody has in hand is answered by nobody', async () => {
    await world.startExecutor();
    const answer = new RpcClient(world.bus).call(
      ExecutorService.method.getPartial,
      { tenant: 'default', runId: 'run_none' },
      { timeoutMs: 200 },
    );
    await expect(answer).rejects.toBeInstanceOf(SwitchyardError);
  });
});
