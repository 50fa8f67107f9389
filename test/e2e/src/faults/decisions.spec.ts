import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@switchyard/contracts';
import { waitFor } from '@switchyard/testing';
import { switchyard, switchyardJson, System } from '../index.js';
import { SOON_AGAIN } from './ack-wait.fixture.js';
import { FaultyTools } from './faulty-tools.fixture.js';
import { descendants } from './processes.fixture.js';
import { addAgent, ended, entriesOf, runOf, submit } from './runs.fixture.js';

const TASKS = { settle: '2 * 3', retry: '2 * 4', fail: '2 * 5' } as const;
type Decision = keyof typeof TASKS;
const DECISIONS = Object.keys(TASKS) as Decision[];

/** Three calls that cannot be undone are at work when their host is killed; a person decides each in another way. */
describe('an irreversible call whose host was killed', () => {
  let system: System;
  let tools: FaultyTools;
  const runs = new Map<Decision, string>();
  const calls = new Map<Decision, string>();
  beforeAll(async () => {
    system = await System.start({ args: ['--separate'], env: { SWITCHYARD_TOOL_WAIT_MS: '1000', ...SOON_AGAIN } });
    tools = await FaultyTools.connect(system, 'witness', 60_000);
    await addAgent(system, 'sender', ['witness_calc_hang_first']);
    for (const decision of DECISIONS)
      runs.set(decision, await submit(system, { agent: 'sender', input: `What is ${TASKS[decision]}?` }));
    await waitFor(async () => Object.keys(await tools.calls('calc_hang_first')).length === 3);
    const host = (await descendants(system.pid)).find(({ command }) => command.includes('/tool-host/dist/main.js'));
    process.kill(host?.pid ?? -1, 'SIGKILL');
  });
  afterAll(() => system?.stop(), 60_000);

  it('is in state unknown, where everybody can see it, and its run waits', async () => {
    const inDoubt = await waitFor(
      async () => {
        const found = await switchyardJson<JsonObject[]>(system, ['effects', 'list']);
        return found.length === 3 && found;
      },
      { intervalMs: 500, describe: 'three calls in doubt' },
    );
    for (const decision of DECISIONS) {
      const runId = runs.get(decision) ?? '';
      const [call] = inDoubt.filter((effect) => effect['run_id'] === runId);
      expect(call).toMatchObject({
        status: 'unknown',
        effect: 'irreversible',
        attempt: 1,
        tool: 'witness_calc_hang_first',
      });
      calls.set(decision, String(call?.['call_id']));
      await waitFor(
        async () => (await entriesOf(system, runId, 'run_parked')).some(({ reason }) => reason === 'unknown'),
        { describe: 'the run to wait for a decision' },
      );
      expect(await runOf(system, runId)).toMatchObject({ status: 'waiting' });
    }
    const { stdout } = await switchyard(system, ['effects', 'show', calls.get('retry') ?? '']);
    expect(stdout).toContain('Nobody knows whether "witness_calc_hang_first" took effect.');
    for (const decision of DECISIONS) expect(stdout).toContain(`switchyard effects ${decision} call_`);
  }, 150_000);

  const decide = (decision: Decision, ...more: string[]) =>
    switchyardJson<JsonObject>(system, ['effects', decision, calls.get(decision) ?? '', ...more]);

  it('that a person settles is not run again, and its run goes on with the result', async () => {
    expect(await decide('settle', '6', '--reason', 'it is in the outbox')).toMatchObject({ status: 'settled' });
    expect(await ended(system, runs.get('settle') ?? '', 30_000)).toMatchObject({
      status: 'completed',
      output: '2 * 3 = 6',
    });
    expect((await tools.calls('calc_hang_first'))[TASKS.settle]).toBe(1);
  });

  it('that a person has tried again is run once more, with the same key, and its run goes on', async () => {
    expect(await decide('retry')).toMatchObject({
      status: expect.stringMatching(/^(released|started|settled)$/),
      attempt: 2,
    });
    expect(await ended(system, runs.get('retry') ?? '', 30_000)).toMatchObject({
      status: 'completed',
      output: '2 * 4 = 42',
    });
    expect((await tools.calls('calc_hang_first'))[TASKS.retry]).toBe(2);
  });

  it('that a person fails is not run again, and the agent reads why', async () => {
    expect(await decide('fail', '--reason', 'the account is closed')).toMatchObject({ status: 'settled' });
    await ended(system, runs.get('fail') ?? '', 30_000);
    const [settled] = await entriesOf(system, runs.get('fail') ?? '', 'tool_call_settled');
    expect(settled).toMatchObject({ result: { status: 'error', error: { code: 'tool.failed_by_decision' } } });
    expect(JSON.stringify(settled)).toContain('the account is closed');
    expect((await tools.calls('calc_hang_first'))[TASKS.fail]).toBe(1);
  });

  it('is decided once, by whom everybody can see', async () => {
    const again = await switchyard(system, ['effects', 'fail', calls.get('settle') ?? '']);
    expect([again.code, again.stderr]).toEqual([6, expect.stringContaining('[effect.decided]')]);
    expect(await switchyardJson(system, ['effects', 'list'])).toEqual([]);
    const shown = await switchyardJson<JsonObject>(system, ['effects', 'show', calls.get('settle') ?? '']);
    expect(shown['decisions']).toMatchObject([{ decision: 'settle', by: expect.stringMatching(/^user:/) }]);
  });
});
