// Runs beside the servers of a test run and stops them when the run is gone without having done so (Ctrl-C, kill -9).
// node keeper.mjs <folder> <process id of the run>
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive, stopServers } from './test-run.mjs';

const [folder, owner] = process.argv.slice(2);

while (existsSync(folder) && isAlive(Number(owner))) await sleep(300);
if (existsSync(folder)) {
  // A worker that was starting a server may outlive the run by a moment.
  await sleep(1_000);
  await stopServers(folder);
}
