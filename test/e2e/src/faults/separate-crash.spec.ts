import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@switchyard/testing';
import { System } from '../index.js';
import { SOON_AGAIN } from './ack-wait.fixture.js';
import { FaultyTools } from './faulty-tools.fixture.js';
import { Flight } from './flight.fixture.js';
import { descendants, untilGone } from './processes.fixture.js';
import { addAgent, ended, entriesOf, instances, runOf, submit } from './runs.fixture.js';

const SERVICES = ['executor', 'router', 'tool-host', 'evaluator', 'memory', 'gateway'];
const RUNS = 4;
const ENV = { SWITCHYARD_MODEL_FIRST_BYTE_MS: '120000', SWITCHYARD_TOOL_WAIT_MS: '1000', ...SOON_AGAIN };

describe('a system of which each service is a process', () => {
  let system: System;
  let flight: Flight;
  let tools: FaultyTools;
  beforeAll(async () => {
    system = await System.start({ args: ['--separate'], env: ENV });
    tools = await FaultyTools.connect(system, 'counting', 20_000);
    flight = await Flight.prepare(system);
  });
  afterAll(async () => {
    await system?.stop();
    await flight?.close();
  });

  const processOf = async (service: string) =>
    (await descendants(system.pid)).find(({ command }) => command.includes(`/${service}/dist/main.js`));
  const isPresent = async (service: string) =>
    (await instances(system)).some((instance) => instance.startsWith(`${system.connection.prefix}-${service} `));
  const isReady = async () =>
    (await fetch(`${system.connection.gateway_url}/health/ready`).catch(() => undefined))?.ok === true;

  it.each(SERVICES)(
    'brings its %s back when it is killed with runs in flight',
    async (service) => {
      await flight.takeOff(system, RUNS);
      const before = await processOf(service);
      process.kill(before?.pid ?? -1, 'SIGKILL');
      await waitFor(async () => ![undefined, before?.pid].includes((await processOf(service))?.pid));
      await waitFor(async () => (await isPresent(service)) && (await isReady()));
      flight.land();
      // The next kill must meet no tool at work: its call could not be undone, and would be left to a person.
      await flight.untilEnded(system, 90_000);
    },
    180_000,
  );

  it('runs a tool again that was at work when its host was killed, unless it cannot be undone: that is left to a person', async () => {
    await addAgent(system, 'reader', ['counting_calc_slow']);
    await addAgent(system, 'sender', ['counting_calc_hang_once']);
    const read = await submit(system, { agent: 'reader', input: 'What is 2 * 3?' });
    const sent = await submit(system, { agent: 'sender', input: 'What is 2 * 4?' });
    await waitFor(async () => {
      const [slow, hanging] = [await tools.calls('calc_slow'), await tools.calls('calc_hang_once')];
      return slow['2 * 3'] === 1 && hanging['2 * 4'] === 1;
    });
    process.kill((await processOf('tool-host'))?.pid ?? -1, 'SIGKILL');
    expect(await ended(system, read, 60_000)).toMatchObject({ status: 'completed', output: '2 * 3 = 42' });
    const parked = await waitFor(
      async () => (await entriesOf(system, sent, 'run_parked')).find(({ reason }) => reason === 'unknown'),
      { describe: 'the run to be left to a person' },
    );
    expect(parked['call_ids']).toHaveLength(1);
    expect(await runOf(system, sent)).toMatchObject({ status: 'waiting' });
    expect([await tools.calls('calc_slow'), await tools.calls('calc_hang_once')]).toEqual([
      { '2 * 3': 2 },
      { '2 * 4': 1 },
    ]);
  }, 150_000);

  it('runs all of these tasks to their end, once, with each effect once', async () => {
    await flight.expectAllDone(system, tools, 90_000);
  });

  it('stops its services when it is killed itself, and the next start goes on', async () => {
    await flight.takeOff(system, RUNS);
    const processes = await descendants(system.pid);
    for (const service of SERVICES)
      expect(processes.map(({ command }) => command).join('\n')).toContain(`/${service}/`);
    await system.end('SIGKILL');
    await untilGone(processes.map(({ pid }) => pid));
    system = await System.start({ args: ['--separate'], sameAs: system });
    flight.land();
    await flight.expectAllDone(system, tools, 90_000);
  });
});
