import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { SystemFigures } from './measure.js';

/** The peers' own packages, which nobody else installs. */
const FOLDER = new URL('../../peers/', import.meta.url).pathname;

export const PEERS = ['restate', 'dbos', 'langgraph'] as const;
export type Peer = (typeof PEERS)[number];

/** Installs what the peers need, if it is not there. Without their install scripts: none of them needs one. */
export async function installPeers(): Promise<void> {
  if (existsSync(join(FOLDER, 'node_modules'))) return;
  const child = spawn('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: FOLDER,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`npm ci in ${FOLDER} ended with ${code}: are the peers' packages to be had?`);
}

/** Runs a peer's program in a process of its own. */
export async function measurePeer(
  peer: Peer,
  options: { databaseUrl: string; postgresPid: number; scale: number },
): Promise<SystemFigures> {
  const child = spawn(process.execPath, [join(FOLDER, `${peer}.mjs`)], {
    cwd: FOLDER,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      BENCH_MEASURE: new URL('measure.js', import.meta.url).href,
      BENCH_DATABASE_URL: options.databaseUrl,
      // Restate has a store of its own.
      BENCH_PIDS: peer === 'restate' ? '' : String(options.postgresPid),
      BENCH_SCALE: String(options.scale),
    },
  });
  const ended = once(child, 'exit');
  let figures: SystemFigures | undefined;
  for await (const line of createInterface({ input: child.stdout }))
    if (line.startsWith('{"steps_per_s"')) figures = JSON.parse(line) as SystemFigures;
  const [code] = (await ended) as [number | null];
  if (!figures) throw new Error(`The program of ${peer} ended with ${code} and gave no figures`);
  return figures;
}
