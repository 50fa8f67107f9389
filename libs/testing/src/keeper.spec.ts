import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';
import { startNats, startPostgres } from '@switchyard/servers';
import { waitFor } from './index.js';

const keeper = fileURLToPath(new URL('../run/keeper.mjs', import.meta.url));

const runs = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

it('stops the servers of a test run that was killed, and removes their folder', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'switchyard-test-'));
  const owner = spawn('sleep', ['600'], { stdio: 'ignore' });
  spawn(process.execPath, [keeper, folder, String(owner.pid)], { stdio: ['ignore', 'ignore', 'inherit'] }).unref();
  try {
    const started = await Promise.all([
      startNats({ dataDir: join(folder, 'nats'), lifetime: 'detached' }),
      startPostgres({ dataDir: join(folder, 'postgres'), lifetime: 'detached' }),
    ]);
    expect(started.map(({ pid }) => runs(pid))).toEqual([true, true]);
    owner.kill('SIGKILL');
    await waitFor(() => !existsSync(folder), { describe: 'the folder to be removed' });
    expect(started.map(({ pid }) => runs(pid))).toEqual([false, false]);
  } finally {
    owner.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  }
});
