import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@switchyard/contracts';
import { startSimulator, type ScriptedTurn, type Simulator } from '@switchyard/simulator';
import { waitFor } from '@switchyard/testing';
import { FaultyTools } from '../faults/faulty-tools.fixture.js';
import { ModelGate } from '../faults/model-gate.fixture.js';
import { addAgent, addBackend, ended, entriesOf, runOf, submit, untilStatus } from '../faults/runs.fixture.js';
import { rest, startCommand, switchyard, type RestAnswer, type System } from '../index.js';

const CALL: ScriptedTurn = { calls: [{ name: 'calculator', arguments: { expression: '6*7' } }] };

/** Moves that somebody asks for, while the run is in every place where it can be. */
export function byCommand(system: () => System): void {
  const open: { close(): Promise<void> }[] = [];
  let tools: FaultyTools;
  let count = 0;

  beforeAll(async () => {
    tools = await FaultyTools.connect(system(), 'command', 20_000);
    await addAgent(system(), 'mover', ['calculator']);
    await addAgent(system(), 'slow-mover', ['command_calc_slow']);
    await addAgent(system(), 'seer', [], { model: { capabilities: ['vision'] } });
  });
  afterEach(async () => {
    for (const each of open.splice(0)) await each.close();
  });

  /** A backend whose requests wait for as long as the test likes, and one that answers at once. */
  async function pair(script: ScriptedTurn[], ...answers: ScriptedTurn[]) {
    const gate = await ModelGate.start({ script });
    const simulator = await startSimulator({ script: answers });
    open.push(gate, simulator);
    count += 1;
    const [a, b] = [`a${count}`, `b${count}`];
    await addBackend(system(), a, gate.url, { concurrency: 1 });
    await addBackend(system(), b, `${simulator.url}/v1`);
    return { a, b, gate, simulator };
  }

  const move = (runId: string, backend: string, more: JsonObject = {}): Promise<RestAnswer> =>
    rest(system(), 'POST', `/v1/runs/${runId}/switch`, { body: { backend, ...more } });
  const turnsOf = async (runId: string) =>
    (await entriesOf(system(), runId, 'model_turn_completed')).map(({ backend }) => backend);
  const asked = (simulator: Simulator) => simulator.requests.filter(({ method }) => method === 'POST').length;

  it('finish the turn in hand, which keeps its provenance, and ask the other backend for the next', async () => {
    const { a, b, gate, simulator } = await pair([CALL], { text: 'By b.' });
    gate.hold();
    const runId = await submit(system(), { agent: 'mover', input: 'Go', backend: a });
    await waitFor(() => gate.count('waiting') === 1);
    const watch = startCommand(system(), ['runs', 'watch', runId]);
    expect(await move(runId, b, { reason: 'too slow' })).toMatchObject({ status: 200, body: { backend: b } });
    gate.open();
    expect(await ended(system(), runId)).toMatchObject({ status: 'completed', output: 'By b.', backend: b });
    expect(await turnsOf(runId)).toEqual([a, b]);
    expect([gate.requests.length, asked(simulator)]).toEqual([1, 1]);
    expect((await watch.ended).stderr).toContain(`switched from ${a} to ${b}: too slow`);
    const shown = await switchyard(system(), ['runs', 'show', runId]);
    expect(shown.stdout).toContain(`switched from ${a} to ${b}: too slow`);
  });

  it('abort the request in hand where they are to happen now, and the other backend answers the same turn', async () => {
    const { a, b, gate } = await pair([CALL], { text: 'By b.' });
    gate.hold();
    const runId = await submit(system(), { agent: 'mover', input: 'Go', backend: a });
    await waitFor(() => gate.count('waiting') === 1);
    const moved = await switchyard(system(), ['runs', 'switch', runId, b, '--now']);
    expect(moved).toMatchObject({ code: 0, stdout: expect.stringContaining(`on ${b}`) });
    expect(await ended(system(), runId)).toMatchObject({ status: 'completed', output: 'By b.', turns: 1 });
    expect(await turnsOf(runId)).toEqual([b]);
    await waitFor(() => gate.count('abandoned') === 1);
  });

  it('take a run out of a queue that does not move', async () => {
    const { a, b, gate } = await pair([{ text: 'By a.' }], { text: 'By b.' });
    gate.hold();
    const first = await submit(system(), { agent: 'mover', input: 'First', backend: a });
    await waitFor(() => gate.count('waiting') === 1);
    const second = await submit(system(), { agent: 'mover', input: 'Second', backend: a });
    expect((await move(second, b)).status).toBe(200);
    expect(await ended(system(), second)).toMatchObject({ status: 'completed', output: 'By b.' });
    gate.open();
    expect(await ended(system(), first)).toMatchObject({ status: 'completed', output: 'By a.' });
    expect(gate.requests).toHaveLength(1);
  });

  it('reach a run that waits for a slow tool, which is done once', async () => {
    const slow = { calls: [{ name: 'command_calc_slow', arguments: { expression: 'wait' } }] };
    const { a, b, gate } = await pair([slow], { text: 'By b.' });
    const runId = await submit(system(), { agent: 'slow-mover', input: 'Go', backend: a });
    await untilStatus(system(), runId, ['waiting']);
    expect((await move(runId, b)).status).toBe(200);
    expect(await ended(system(), runId)).toMatchObject({ status: 'completed', output: 'By b.' });
    expect([await turnsOf(runId), gate.requests.length]).toEqual([[a, b], 1]);
    expect(await tools.calls('calc_slow')).toEqual({ wait: 1 });
  });

  it('asked for at the same time happen one after the other, and asked for again do nothing', async () => {
    const { a, b, gate } = await pair([CALL], { text: 'Done.' });
    const { b: c } = await pair([], { text: 'Done.' });
    gate.hold();
    const runId = await submit(system(), { agent: 'mover', input: 'Go', backend: a });
    await waitFor(() => gate.count('waiting') === 1);
    const answers = await Promise.all([move(runId, b), move(runId, c)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    const last = String((await runOf(system(), runId))['backend']);
    expect((await move(runId, last)).status).toBe(200);
    gate.open();
    expect(await ended(system(), runId)).toMatchObject({ status: 'completed', output: 'Done.', backend: last });
    const moves = await entriesOf(system(), runId, 'backend_switched');
    const other = last === b ? c : b;
    expect(moves.map(({ from, to }) => [from, to])).toEqual([
      [a, other],
      [other, last],
    ]);
    expect(await turnsOf(runId)).toEqual([a, last]);
  });

  it('are refused with the reason: an end, an unknown backend, the same one, one that lacks what the agent needs', async () => {
    const { a, b, gate } = await pair([{ text: 'Seen.' }]);
    await addBackend(system(), `${a}-sees`, gate.url, { profile: { capabilities: { vision: true } } });
    gate.hold();
    const runId = await submit(system(), { agent: 'seer', input: 'Look', backend: `${a}-sees` });
    const refusal = async (backend: string) => {
      const { status, body } = await move(runId, backend);
      return [status, (body['error'] as JsonObject | undefined)?.['code'] ?? body['code']];
    };
    expect(await refusal('nowhere')).toEqual([404, 'backend.not_found']);
    expect((await refusal(`${a}-sees`))[1]).toBe('run.same_backend');
    await addBackend(system(), `${b}-blind`, gate.url, { profile: { capabilities: { vision: false } } });
    expect((await refusal(`${b}-blind`))[1]).toBe('backend.none_suitable');
    gate.open();
    await ended(system(), runId);
    expect(await refusal(b)).toEqual([409, 'run.already_ended']);
    expect(await entriesOf(system(), runId, 'backend_switched')).toEqual([]);
  });

  describe('known to nobody', () => {
    it('are not found', async () => {
      expect((await move('run_nobody', 'simulator')).status).toBe(404);
    });
  });
}
