import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { switchyard, System, type SystemOptions } from '../index.js';
import { SOON_AGAIN } from './ack-wait.fixture.js';
import { FaultyTools } from './faulty-tools.fixture.js';
import { Flight } from './flight.fixture.js';
import { descendants, untilGone } from './processes.fixture.js';

const RUNS = 12;

/** One data folder with servers of its own, through everything that can happen to whoever runs it. */
describe('a system on its own servers', () => {
  let dataDir: string;
  let system: System;
  let flight: Flight;
  let tools: FaultyTools;
  const start = (options: SystemOptions = {}) =>
    System.start({
      dataDir,
      ownServers: true,
      ...options,
      env: {
        // What the bus has lost is looked for soon, so that nobody has to wait for it here.
        SWITCHYARD_RECONCILE_MS: '500',
        SWITCHYARD_STALLED_AFTER_MS: '3000',
        SWITCHYARD_MODEL_FIRST_BYTE_MS: '120000',
        ...SOON_AGAIN,
      },
    });

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'switchyard-crash-'));
    system = await start();
    tools = await FaultyTools.connect(system, 'counting', 20_000);
    flight = await Flight.prepare(system);
  });
  afterAll(async () => {
    await system?.end('SIGKILL');
    await flight?.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('keeps its connection file, its key and its passwords from others', async () => {
    for (const name of ['connection.json', 'api-key', 'nats/credentials.json', 'postgres/credentials.json'])
      expect([name, ((await stat(join(dataDir, name))).mode & 0o777).toString(8)]).toEqual([name, '600']);
    expect(JSON.parse(await readFile(join(dataDir, 'connection.json'), 'utf8'))).toMatchObject({
      pid: system.pid,
      gateway_url: system.connection.gateway_url,
      api_key: system.connection.api_key,
    });
  });

  it('is refused a second start while it runs, which says who has the data', async () => {
    const second = await switchyard(system, ['up', '--port', '0', '--simulator-port', '0']);
    expect(second.code).toBe(6);
    expect(second.stderr).toContain('[servers.data_in_use]');
    expect(second.stderr).toContain(`process ${system.pid}`);
    expect(second.stderr).toContain(dataDir);
    expect(existsSync(join(dataDir, 'connection.json'))).toBe(true);
  });

  it('killed with runs in flight says so to the doctor, and is started again over what it left', async () => {
    await flight.takeOff(system, RUNS);
    expect(await system.end('SIGKILL')).toBeNull();
    const doctor = await switchyard(system, ['doctor']);
    expect(doctor.code).toBe(1);
    expect(doctor.stdout).toMatch(new RegExp(`Process .*${system.pid} is gone`));
    expect((await switchyard(system, ['runs', 'list'])).code).toBe(4);
    system = await start();
  });

  it('stopped with runs in flight hands them back, ends with 0, and leaves nothing running', async () => {
    await flight.takeOff(system, RUNS);
    const processes = (await descendants(system.pid)).map(({ pid }) => pid);
    expect(processes.length).toBeGreaterThanOrEqual(3);
    expect(await system.end('SIGTERM')).toBe(0);
    await untilGone(processes);
    expect(existsSync(join(dataDir, 'connection.json'))).toBe(false);
    system = await start();
  });

  it('runs every task of both to its end, once, with each effect once', async () => {
    flight.land();
    // A killed process cannot hand back: its messages come again when their time to be acknowledged is over.
    await flight.expectAllDone(system, tools, 90_000);
  });

  it('whose streams are lost with runs in flight derives them from the database again', async () => {
    await flight.takeOff(system, RUNS);
    expect(await system.end('SIGTERM')).toBe(0);
    await rm(join(dataDir, 'nats', 'store'), { recursive: true, force: true });
    system = await start();
    flight.land();
    await flight.expectAllDone(system, tools);
  });

  it('whose own servers are killed brings them back where they were, and ends every run', async () => {
    await flight.takeOff(system, RUNS);
    for (const file of ['nats/nats-server.pid', 'postgres/cluster/postmaster.pid']) {
      const [pid = ''] = (await readFile(join(dataDir, file), 'utf8')).split('\n');
      process.kill(Number(pid), 'SIGKILL');
    }
    flight.land();
    // Work that was on its way comes again when its time to be acknowledged is over.
    await flight.expectAllDone(system, tools, 90_000);
  });

  it('stops on Ctrl-C with 0, takes its connection file away, and its servers are gone', async () => {
    const processes = await descendants(system.pid);
    expect(processes.map(({ command }) => command).join('\n')).toMatch(
      /nats-server[^]*postgres|postgres[^]*nats-server/,
    );
    expect(await system.end('SIGINT')).toBe(0);
    await untilGone(processes.map(({ pid }) => pid));
    expect(existsSync(join(dataDir, 'connection.json'))).toBe(false);
    expect(existsSync(join(dataDir, 'owner.json'))).toBe(false);
    const doctor = await switchyard(system, ['doctor']);
    expect(doctor.code).toBe(0);
    expect(doctor.stdout).toContain(`none runs on ${dataDir}`);
    const list = await switchyard(system, ['runs', 'list']);
    expect(list).toMatchObject({ code: 4, stderr: expect.stringContaining('[system.not_running]') });
  });
});
