import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '@switchyard/servers';
import pg from 'pg';
import { partsOf } from '../bench-options.js';
import { measureExecutors, type ExecutorFigures } from './measure-executors.js';
import { measureFloor, type FloorFigures } from './measure-floor.js';
import { installPeers, measurePeer, PEERS, type Peer } from './measure-peer.js';
import { measureSwitchyard } from './measure-switchyard.js';
import type { SystemFigures } from './measure.js';
import { reportDurable } from './report.js';

const SYSTEMS = ['switchyard', 'switchyard_separate', ...PEERS, 'floor', 'executors'] as const;
type SystemName = (typeof SYSTEMS)[number];

export interface DurableFigures extends Partial<Record<Exclude<SystemName, 'floor' | 'executors'>, SystemFigures>> {
  floor?: FloorFigures;
  executors?: ExecutorFigures;
}

export interface DurableOptions {
  json: boolean;
  scale: number;
  /** Names separated by commas; all where absent. */
  only: string | undefined;
}

/** Durable runs of ten steps that do nothing, on every system, one after the other, on one Postgres. */
export async function benchDurable({ json, scale, only }: DurableOptions): Promise<void> {
  const wanted = partsOf(SYSTEMS, only) ?? SYSTEMS;
  const say = (line: string): void => {
    if (!json) console.log(line);
  };
  if (PEERS.some((peer) => wanted.includes(peer))) await installPeers();
  const dataDir = await mkdtemp(join(tmpdir(), 'switchyard-bench-postgres-'));
  const postgres = await startPostgres({ dataDir });
  try {
    const figures: DurableFigures = {};
    for (const name of wanted) {
      say(`${name} …`);
      if (name === 'executors') {
        figures.executors = await measureExecutors(scale);
        continue;
      }
      const databaseUrl = await newDatabase(postgres.url, `bench_${name}`);
      if (name === 'floor') figures.floor = await measureFloor(databaseUrl, scale);
      else if (isPeer(name)) figures[name] = await measurePeer(name, { databaseUrl, postgresPid: postgres.pid, scale });
      else figures[name] = await measureSwitchyard({ postgres, databaseUrl, separate: name !== 'switchyard', scale });
    }
    reportDurable(figures, json);
  } finally {
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

function isPeer(name: SystemName): name is Peer {
  return PEERS.some((peer) => peer === name);
}

async function newDatabase(url: string, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`CREATE DATABASE ${name}`);
  } finally {
    await client.end();
  }
  const made = new URL(url);
  made.pathname = `/${name}`;
  return made.toString();
}
