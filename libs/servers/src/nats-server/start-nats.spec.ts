import { createServer } from 'node:net';
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { isAlive } from '../process/process-info.js';
import { freePort, isPortFree } from '../process/ports.js';
import { afterwards, scratchFolder, stopAfterwards } from '../scratch.fixture.js';
import { startNats, type NatsServer } from './start-nats.js';

async function client({ port, credentials: { user, password } }: NatsServer): Promise<NatsConnection> {
  const connection = await connect({ servers: `127.0.0.1:${port}`, user, pass: password });
  afterwards(() => connection.close());
  return connection;
}

describe('a started nats-server', () => {
  it('keeps its streams and its password from start to start', async () => {
    const dataDir = await scratchFolder();
    const first = stopAfterwards(await startNats({ dataDir }));
    const before = await client(first);
    await (await jetstreamManager(before)).streams.add({ name: 'KEPT', subjects: ['kept'] });
    await jetstream(before).publish('kept', 'still here');
    await before.close();
    await first.stop();
    expect(isAlive(first.pid)).toBe(false);
    expect(await isPortFree(first.port)).toBe(true);

    const second = stopAfterwards(await startNats({ dataDir, port: first.port }));
    expect(second.url).toBe(first.url);
    const manager = await jetstreamManager(await client(second));
    expect((await manager.streams.getMessage('KEPT', { seq: 1 }))?.string()).toBe('still here');
  });

  it('lets nobody in without the password, and keeps it from other users of the machine', async () => {
    const dataDir = await scratchFolder();
    const nats = stopAfterwards(await startNats({ dataDir }));
    await expect(connect({ servers: `127.0.0.1:${nats.port}`, reconnect: false })).rejects.toThrow(/Authorization/i);
    for (const file of ['credentials.json', 'nats-server.conf']) {
      expect((await stat(join(dataDir, file))).mode & 0o077).toBe(0);
    }
  });

  it('writes every acknowledged message to disk at once', async () => {
    const nats = stopAfterwards(await startNats({ dataDir: await scratchFolder() }));
    const answer = (await (await fetch(`${nats.monitorUrl}/jsz`)).json()) as { config: { sync_always?: boolean } };
    expect(answer.config.sync_always).toBe(true);
  });

  it('whose data are disposable keeps what was acknowledged over a kill all the same', async () => {
    const dataDir = await scratchFolder();
    const first = stopAfterwards(await startNats({ dataDir, disposable: true }));
    const before = await client(first);
    await (await jetstreamManager(before)).streams.add({ name: 'KEPT', subjects: ['kept'] });
    await jetstream(before).publish('kept', 'still here');
    await before.close();
    process.kill(first.pid, 'SIGKILL');
    await first.ended;
    await first.stop();
    const second = stopAfterwards(await startNats({ dataDir, disposable: true }));
    const manager = await jetstreamManager(await client(second));
    expect((await manager.streams.getMessage('KEPT', { seq: 1 }))?.string()).toBe('still here');
  });

  it('names a taken port, and how to choose another', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    afterwards(() => new Promise((resolve) => other.close(resolve)));
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const dataDir = await scratchFolder();
    const hint = { dataDir, portHint: '--nats-port N' };
    const expected = {
      code: 'servers.port_taken',
      message: expect.stringMatching(new RegExp(`${port}.*--nats-port N`)),
    };
    await expect(startNats({ ...hint, port })).rejects.toMatchObject(expected);
    await expect(startNats({ ...hint, monitorPort: port })).rejects.toMatchObject(expected);
    // The failure left nothing behind.
    stopAfterwards(await startNats({ dataDir, port: await freePort() }));
  });

  it('is not started twice on the same data', async () => {
    const dataDir = await scratchFolder();
    const first = stopAfterwards(await startNats({ dataDir }));
    await expect(startNats({ dataDir })).rejects.toMatchObject({ code: 'servers.data_in_use' });
    expect(isAlive(first.pid)).toBe(true);
  });

  it('never ends an unrelated process that a stale file names', async () => {
    const dataDir = await scratchFolder();
    const bystander = spawn('sleep', ['600'], { stdio: 'ignore' });
    afterwards(async () => bystander.kill('SIGKILL'));
    await writeFile(join(dataDir, 'nats-server.pid'), String(bystander.pid));
    await writeFile(join(dataDir, 'owner.json'), JSON.stringify({ pid: bystander.pid, started: 'long ago' }));
    stopAfterwards(await startNats({ dataDir }));
    expect(isAlive(bystander.pid ?? 0)).toBe(true);
  });

  it('says when its data folder cannot be used', async () => {
    const dataDir = await scratchFolder();
    await writeFile(join(dataDir, 'store'), 'a file where the streams should be');
    await expect(startNats({ dataDir })).rejects.toMatchObject({ code: 'servers.data_unusable' });
    await expect(startNats({ dataDir: join(dataDir, 'store/below') })).rejects.toMatchObject({
      code: 'servers.data_unusable',
    });
  });

  it('shows the end of its log when it does not start', async () => {
    const binary = { path: process.execPath, version: '2.15.1', source: 'path' } as const;
    await expect(startNats({ dataDir: await scratchFolder(), binary })).rejects.toMatchObject({
      code: 'servers.start_failed',
      message: expect.stringContaining('it ended with code'),
    });
  });
});
