// One test run's servers live in one folder, named by SWITCHYARD_TEST_DIR. Plain Node: jest loads this before any
// TypeScript, and the keeper runs it alone.
import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Makes the folder of a run; nothing is started before a test asks for it. */
export async function makeFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'switchyard-test-'));
  // Postgres may run as another user, who has to pass through.
  await chmod(folder, 0o711);
  return folder;
}

/** Whether a process runs; one that ended and was not collected yet does not. */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
  if (process.platform !== 'linux') return true;
  try {
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    // ENOENT or ESRCH: its parent collected it since it was asked; the next question tells.
    return true;
  }
}

function send(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // It ended by itself in between.
    if (error.code !== 'ESRCH') throw error;
  }
}

/** Stops the run's servers, by the ids that they wrote themselves, and removes the folder. */
export async function stopServers(folder) {
  const servers = [
    { pidFile: join(folder, 'nats/nats-server.pid'), signal: 'SIGTERM' },
    // Immediate shutdown: nobody will read these data again.
    { pidFile: join(folder, 'postgres/cluster/postmaster.pid'), signal: 'SIGQUIT' },
  ];
  await Promise.all(
    servers.map(async ({ pidFile, signal }) => {
      const pid = existsSync(pidFile) ? Number.parseInt(readFileSync(pidFile, 'utf8'), 10) : 0;
      if (!(pid > 0)) return;
      for (const [ask, waitMs] of [
        [signal, 5_000],
        ['SIGKILL', 5_000],
      ]) {
        if (!isAlive(pid)) return;
        send(pid, ask);
        for (const deadline = Date.now() + waitMs; isAlive(pid) && Date.now() < deadline;) await sleep(10);
      }
    }),
  );
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
}
