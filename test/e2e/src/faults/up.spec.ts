import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '@switchyard/servers';
import { freshDatabase, freshPrefix, testServers, waitFor } from '@switchyard/testing';
import { COMMAND, runCommand, System } from '../index.js';
import { descendants, untilGone } from './processes.fixture.js';

describe('switchyard up', () => {
  let folder: string;
  let taken: Server;
  let port: string;
  let env: { NATS_URL: string; DATABASE_URL: string; SWITCHYARD_PREFIX: string };
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'switchyard-up-'));
    taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    port = String((taken.address() as AddressInfo).port);
    const [servers, database] = [await testServers(), await freshDatabase()];
    env = { NATS_URL: servers.natsUrl, DATABASE_URL: database.url, SWITCHYARD_PREFIX: freshPrefix('e2e') };
  });
  afterAll(async () => {
    taken?.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** On a data folder of its own, with every port free that is not given. */
  const up = async (name: string, args: string[], variables: Record<string, string>) => {
    const options = new Map<string, string>();
    for (const each of ['--port', '--simulator-port', '--nats-port', '--nats-monitor-port', '--postgres-port'])
      options.set(each, String(await freePort()));
    for (let index = 0; index < args.length; index += 2) options.set(args[index] ?? '', args[index + 1] ?? '');
    const dataDir = join(folder, name);
    const result = await runCommand(['--data', dataDir, 'up', ...[...options].flat()], { env: variables });
    // Nobody who failed to start may look like a running system.
    expect(existsSync(join(dataDir, 'connection.json'))).toBe(false);
    expect(existsSync(join(dataDir, 'owner.json'))).toBe(false);
    return result;
  };

  it.each([
    ['--port', 'the gateway', ['DATABASE_URL', 'NATS_URL']],
    ['--simulator-port', 'the simulator', ['DATABASE_URL', 'NATS_URL']],
    ['--nats-port', 'nats-server', ['DATABASE_URL']],
    ['--nats-monitor-port', 'nats-server', ['DATABASE_URL']],
    ['--postgres-port', 'postgres', ['NATS_URL']],
  ] as const)(
    'says that the port given with %s is taken, for whom, and how to choose another',
    async (option, whose, given) => {
      const result = await up(option, [option, port], {
        SWITCHYARD_PREFIX: env.SWITCHYARD_PREFIX,
        ...Object.fromEntries(given.map((name) => [name, env[name]])),
      });
      expect(result.code).toBe(1);
      expect(result.stderr).toContain('[servers.port_taken]');
      expect(result.stderr).toContain(`Port ${port} on 127.0.0.1 is taken`);
      expect(result.stderr.toLowerCase()).toContain(whose);
      expect(result.stderr).toContain(`${option} N`);
    },
    60_000,
  );

  it('says which NATS or Postgres cannot be reached, and by which variable it is set', async () => {
    const nowhere = `127.0.0.1:${await freePort()}`;
    const nats = await up('no-nats', [], { ...env, NATS_URL: `nats://user:hidden-word@${nowhere}` });
    expect(nats.code).toBe(4);
    expect(nats.stderr).toContain('[bus.unreachable]');
    expect(nats.stderr).toContain(nowhere);
    expect(nats.stderr).toContain('NATS_URL');
    const postgres = await up('no-postgres', [], {
      ...env,
      DATABASE_URL: `postgres://user:hidden-word@${nowhere}/switchyard`,
    });
    expect(postgres.code).toBe(4);
    expect(postgres.stderr).toContain('[database.unavailable]');
    expect(postgres.stderr).toContain(nowhere);
    expect(postgres.stderr).toContain('DATABASE_URL');
    expect(nats.stdout + nats.stderr + postgres.stdout + postgres.stderr).not.toContain('hidden-word');
  });

  it('says which variable of the environment is wrong', async () => {
    const result = await up('bad-variable', [], { ...env, SWITCHYARD_LIMIT_TURNS: 'many', SWITCHYARD_PREFIX: 'a.b' });
    expect(result.code).toBe(2);
    expect(result.stderr).toContain('SWITCHYARD_LIMIT_TURNS');
    expect(result.stderr).toContain('SWITCHYARD_PREFIX');
    expect(result.stderr).toContain('[config.invalid]');
  });

  it.each([
    ['more processes of a service than one process can hold', ['--replicas', '2'], '--separate'],
    ['no process of a service', ['--separate', '--replicas', '0'], '--replicas'],
    ['one port for two', ['--port', '7999', '--nats-port', '7999'], '--nats-port'],
  ])('refuses to start with %s', async (_, args, named) => {
    const dataDir = join(folder, 'contradiction');
    const result = await runCommand(['--data', dataDir, 'up', ...args]);
    expect(result.code).toBe(2);
    expect(result.stderr).toContain(named);
    expect(existsSync(dataDir)).toBe(false);
  });

  it('stops at once when it is interrupted while it starts, and leaves nothing behind', async () => {
    const dataDir = join(folder, 'interrupted');
    const ports = ['--port', String(await freePort()), '--simulator-port', '0'];
    const child = spawn(process.execPath, [COMMAND, '--data', dataDir, 'up', '--separate', ...ports], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const exit = once(child, 'exit');
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    await waitFor(() => said.includes('Starting the services'), { describe: 'the services to be started' });
    const processes = await waitFor(async () => {
      const found = await descendants(child.pid ?? -1);
      return found.length > 0 && found.map(({ pid }) => pid);
    });
    child.kill('SIGINT');
    expect(await exit).toEqual([130, null]);
    expect(said).toContain('Stopped before it was up');
    expect(said).not.toContain('Switchyard is up');
    await untilGone(processes);
    expect(existsSync(join(dataDir, 'owner.json'))).toBe(false);
  });

  it('says that an option is no number, or unknown', async () => {
    for (const args of [
      ['up', '--port', 'often'],
      ['up', '--fast'],
    ]) {
      const result = await runCommand(['--data', folder, ...args]);
      expect(result.code).toBe(2);
      expect(result.stderr).toMatch(/--port|--fast/);
    }
  });

  it('ends with Ctrl-C, and leaves no process, when nobody receives its traces', async () => {
    const nowhere = `http://127.0.0.1:${await freePort()}`;
    const system = await System.start({ ownServers: true, env: { OTEL_EXPORTER_OTLP_ENDPOINT: nowhere } });
    // A run has spans in every service that has a part in it.
    const { runId } = await system.client.tasks.submit({ agent: 'assistant', input: 'What is 2 + 2?' });
    await system.client.runs.wait(runId);
    const pids = [system.pid, ...(await descendants(system.pid)).map(({ pid }) => pid)];
    expect(pids.length).toBeGreaterThan(2);
    expect(await system.end('SIGINT')).toBe(0);
    await untilGone(pids);
    await rm(system.dataDir, { recursive: true, force: true });
  });
});
