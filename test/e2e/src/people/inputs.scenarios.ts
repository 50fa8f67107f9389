import { afterEach, beforeAll, expect, it } from '@jest/globals';
import type { JsonObject } from '@switchyard/contracts';
import { waitFor } from '@switchyard/testing';
import { addAgent, ended, entriesOf, submit, untilStatus } from '../faults/runs.fixture.js';
import { switchyard, switchyardJson, type System } from '../index.js';
import { Gates } from './gates.fixture.js';

/** What is said to a run that goes on, and what it asks. */
export function inputs(system: () => System): void {
  const gates = new Gates(system, 'input');
  beforeAll(async () => {
    await addAgent(system(), 'asker', ['ask_user']);
  });
  afterEach(() => gates.close());

  it('hears it before its next turn, and nothing any more when it has ended', async () => {
    const { backend, gate } = await gates.add({ text: 'One.' }, { text: 'Un.' });
    gate.hold();
    const runId = await submit(system(), { agent: 'asker', input: 'Say one.', backend });
    await waitFor(() => gate.count('waiting') === 1);
    const sent = await switchyard(system(), ['runs', 'send', runId, 'In French.', '--key', 'french']);
    expect([sent.code, sent.stdout]).toEqual([0, expect.stringMatching(`^${runId} (running|queued)\n$`)]);
    await switchyard(system(), ['runs', 'send', runId, 'In French.', '--key', 'french']);
    gate.open();
    expect(await ended(system(), runId)).toMatchObject({ status: 'completed', output: 'Un.' });
    expect(gate.requests[1]?.body).toContain('In French.');
    expect(await entriesOf(system(), runId, 'input_appended')).toHaveLength(1);
    const late = await switchyard(system(), ['runs', 'send', runId, 'In Latin.']);
    expect([late.code, late.stderr]).toEqual([6, expect.stringContaining('give its agent a new task')]);
  });

  it('is answered what it asked, and goes on with the answer', async () => {
    const question = { name: 'ask_user', arguments: { question: 'Which colour?' } };
    const { backend, gate } = await gates.add({ calls: [question] }, { text: 'Red it is.' });
    const runId = await submit(system(), { agent: 'asker', input: 'Paint it.', backend });
    const { wait } = await untilStatus(system(), runId, ['waiting']);
    const [call] = (wait as JsonObject)['call_ids'] as string[];
    expect(wait).toMatchObject({ reason: 'input', call_ids: [expect.any(String)] });
    const shown = await switchyard(system(), ['runs', 'show', runId]);
    expect(shown.stdout).toContain(`switchyard runs send ${runId} "…" --call ${call}`);
    const other = await switchyard(system(), ['runs', 'send', runId, 'red', '--call', 'call_other']);
    expect([other.code, other.stderr]).toEqual([6, expect.stringContaining('"Which colour?"')]);
    await switchyardJson(system(), ['runs', 'send', runId, 'red', '--call', String(call)]);
    expect(await ended(system(), runId)).toMatchObject({ status: 'completed', output: 'Red it is.' });
    expect(gate.requests[1]?.body).toContain('red');
  });
}
