import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { startNats, startPostgres } from './index.js';
import { isAlive } from './process/process-info.js';
import { afterwards, scratchFolder, stopAfterwards } from './scratch.fixture.js';

const library = fileURLToPath(new URL('..', import.meta.url));
const workspace = join(library, '../..');

/** A process of its own that starts both servers, prints their ids, and then does `last`. */
async function parent(folder: string, last: string) {
  const script = `
    const { startNats, startPostgres } = await import(${JSON.stringify(join(library, 'dist/index.js'))});
    const nats = await startNats({ dataDir: ${JSON.stringify(join(folder, 'nats'))} });
    const postgres = await startPostgres({ dataDir: ${JSON.stringify(join(folder, 'postgres'))} });
    console.log(JSON.stringify([nats.pid, postgres.pid]));
    ${last}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    cwd: workspace,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  afterwards(async () => child.kill('SIGKILL'));
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return { child, pids: JSON.parse(line) as [number, number] };
}

async function gone(pid: number): Promise<boolean> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline;) {
    if (!isAlive(pid)) return true;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return false;
}

describe('servers and the process that started them', () => {
  // Another process reads what is built.
  beforeAll(() => {
    execFileSync(process.execPath, [
      join(workspace, 'node_modules/typescript/bin/tsc'),
      '-b',
      join(library, 'tsconfig.lib.json'),
    ]);
  });

  it('are stopped when it ends', async () => {
    const { child, pids } = await parent(await scratchFolder(), 'process.exit(0);');
    if (child.exitCode === null) await once(child, 'exit');
    expect(await Promise.all(pids.map(gone))).toEqual([true, true]);
  });

  it('do no harm after it was killed: the next start has the data to itself', async () => {
    const folder = await scratchFolder();
    const { child, pids } = await parent(folder, 'setInterval(() => undefined, 1000);');
    child.kill('SIGKILL');
    await once(child, 'exit');
    stopAfterwards(await startNats({ dataDir: join(folder, 'nats') }));
    stopAfterwards(await startPostgres({ dataDir: join(folder, 'postgres') }));
    expect(pids.map(isAlive)).toEqual([false, false]);
  });

  it('are stopped and taken over by the next start when nobody stopped them', async () => {
    const folder = await scratchFolder();
    const [nats, postgres] = [join(folder, 'nats'), join(folder, 'postgres')];
    const left = [
      stopAfterwards(await startNats({ dataDir: nats, lifetime: 'detached' })),
      stopAfterwards(await startPostgres({ dataDir: postgres, lifetime: 'detached' })),
    ].map(({ pid }) => pid);

    const lines: string[] = [];
    const progress = (line: string) => void lines.push(line);
    const next = [
      stopAfterwards(await startNats({ dataDir: nats, progress })),
      stopAfterwards(await startPostgres({ dataDir: postgres, progress })),
    ].map(({ pid }) => pid);
    expect(left.map(isAlive)).toEqual([false, false]);
    expect(next.map(isAlive)).toEqual([true, true]);
    expect(lines.filter((line) => line.includes('left behind'))).toHaveLength(2);
  });

  it('are left alone by another process while it lives', async () => {
    const folder = await scratchFolder();
    const { pids } = await parent(
      folder,
      'process.on("SIGTERM", () => process.exit(0)); setInterval(() => undefined, 1000);',
    );
    afterwards(async () => pids.forEach((pid) => process.kill(pid, 'SIGKILL')));
    await expect(startNats({ dataDir: join(folder, 'nats') })).rejects.toMatchObject({ code: 'servers.data_in_use' });
    await expect(startPostgres({ dataDir: join(folder, 'postgres') })).rejects.toMatchObject({
      code: 'servers.data_in_use',
    });
    expect(pids.map(isAlive)).toEqual([true, true]);
  });
});
