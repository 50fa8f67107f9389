import { afterEach, describe, expect, it } from '@jest/globals';
import { fromValue } from '@switchyard/contracts';
import type { Simulator } from '@switchyard/simulator';
import { System } from '../index.js';
import { ANSWER, BULK_LIMITS, carry, prepareBulk, RESULT_BYTES } from '../tasks/bulk.fixture.js';
import { SOON_AGAIN } from './ack-wait.fixture.js';
import { descendants } from './processes.fixture.js';

const ENV = { SWITCHYARD_TOOL_WAIT_MS: '3000', ...SOON_AGAIN };

async function processOf({ pid }: System, service: string): Promise<number | undefined> {
  return (await descendants(pid)).find(({ command }) => command.includes(`/${service}/dist/main.js`))?.pid;
}

describe('a run of megabytes', () => {
  let system: System | undefined;
  let simulator: Simulator | undefined;
  afterEach(async () => {
    await system?.stop();
    await simulator?.close();
  });

  it.each([
    ['executor dies when it has stored 8 MiB of an answer', 'executor.after_commit.RunCompleted'],
    ['tool host dies when it has settled 4 MiB of a result', 'tool_host.after_settle.pure'],
  ])(
    'whose %s goes on with all of it: no turn and no tool a second time (%s)',
    async (_, place) => {
      const service = place.startsWith('executor') ? 'executor' : 'tool-host';
      system = await System.start({ args: ['--separate'], env: { ...ENV, SWITCHYARD_CRASH_AT: place } });
      simulator = await prepareBulk(system);
      const before = await processOf(system, service);
      simulator.enqueue({ text: ANSWER, ...carry(RESULT_BYTES) }, { text: 'Carried.' });
      const task = { agent: 'porter', input: 'Carry it all', backend: 'bulky', limits: BULK_LIMITS };
      const { runId } = await system.client.tasks.submit(task);
      const run = await system.client.runs.wait(runId);
      expect([run.status, fromValue(run.output)]).toEqual(['completed', 'Carried.']);
      expect(simulator.requests).toHaveLength(2);
      const asked = JSON.stringify(simulator.requests.at(-1)?.body);
      expect([asked.includes(ANSWER), asked.includes('b'.repeat(RESULT_BYTES))]).toEqual([true, true]);
      const [call, ...others] = await system.client.effects.list({ runId });
      const effect = await system.client.effects.get(call?.callId ?? '');
      expect([effect.attempt, others.length]).toEqual([1, 0]);
      expect(String(effect.result?.content[0]?.['text'])).toHaveLength(RESULT_BYTES);
      expect(await processOf(system, service)).not.toBe(before);
    },
    180_000,
  );
});
