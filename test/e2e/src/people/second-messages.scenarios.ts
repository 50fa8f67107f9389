import { afterEach, beforeAll, expect, it } from '@jest/globals';
import { waitFor } from '@switchyard/testing';
import { addAgent, ended, entriesOf, runOf, submit } from '../faults/runs.fixture.js';
import { rest, type System } from '../index.js';
import { Gates } from './gates.fixture.js';

/** What a second message of a thread does, by the policy of its agent. */
export function secondMessages(system: () => System): void {
  const gates = new Gates(system, 'thread');
  beforeAll(async () => {
    for (const concurrency of ['interrupt', 'steer']) await addAgent(system(), concurrency, [], { concurrency });
  });
  afterEach(() => gates.close());

  it('steers: the run that is under way answers both, and the thread knows of both', async () => {
    const { backend, gate } = await gates.add({ text: 'One.' }, { text: 'Un.' }, { text: 'Deux.' });
    const task = { agent: 'steer', thread: 'steered', backend };
    gate.hold();
    const runId = await submit(system(), { ...task, input: 'Say one.' });
    await waitFor(() => gate.count('waiting') === 1);
    const second = { ...task, input: 'In French.', idempotency_key: 'in-french' };
    const joined = await rest(system(), 'POST', '/v1/tasks', { body: second });
    expect(joined).toMatchObject({ status: 202, body: { run_id: runId, joined: true, duplicate: false } });
    const again = await rest(system(), 'POST', '/v1/tasks', { body: second });
    expect(again.body).toEqual({ ...joined.body, duplicate: true });
    gate.open();
    expect(await ended(system(), runId)).toMatchObject({ status: 'completed', output: 'Un.' });
    expect(await entriesOf(system(), runId, 'input_appended')).toMatchObject([{ source: 'user' }]);
    expect(gate.requests[1]?.body).toContain('In French.');
    // The answer that was under way is not lost: it stands before what it has not seen.
    expect(await entriesOf(system(), runId, 'model_turn_completed')).toMatchObject([{ missed_seqs: [2] }, { turn: 2 }]);
    const next = await submit(system(), { ...task, input: 'And two?' });
    expect(await ended(system(), next)).toMatchObject({ status: 'completed', output: 'Deux.' });
    expect(next).not.toBe(runId);
    expect(gate.requests.at(-1)?.body).toMatch(/Say one\..*In French\..*Un\..*And two\?/s);
  });

  it('interrupts: the model is not waited for any more, and the new run knows what was asked', async () => {
    const { backend, gate } = await gates.add({ text: 'Rome it is.' });
    const task = { agent: 'interrupt', thread: 'interrupted', backend };
    gate.hold();
    const first = await submit(system(), { ...task, input: 'Book a flight to Paris.' });
    await waitFor(() => gate.count('waiting') === 1);
    const second = await submit(system(), { ...task, input: 'No, to Rome.' });
    expect(await runOf(system(), first)).toMatchObject({
      status: 'cancelled',
      error: { message: `interrupted by ${second}` },
    });
    await waitFor(() => gate.count('abandoned') === 1);
    gate.open();
    expect(await ended(system(), second)).toMatchObject({ status: 'completed', output: 'Rome it is.' });
    expect(gate.requests.at(-1)?.body).toMatch(/Book a flight to Paris\..*No, to Rome\./s);
  });
}
