import { jetstream, jetstreamManager, RetentionPolicy } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { startNats } from '@switchyard/servers';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

export interface FloorFigures {
  /** Durable rows a second, one row a step, 32 steps waiting at any time: what any journal in Postgres is held by. */
  steps_per_s: number;
  ms_a_step_alone: number;
  levels: { in_flight: number; rows_per_s: number }[];
  /** Publications a second that JetStream has acknowledged, 32 under way, derived streams' settings. */
  nats_published_per_s: number;
  /** Request and reply over core NATS, one after the other. */
  nats_request_ms: number;
}

const PAYLOAD = JSON.stringify({ filler: 'x'.repeat(480) });
const INSERT = `INSERT INTO bench_events (run_id, seq, data)
  SELECT * FROM unnest($1::text[], $2::integer[], $3::jsonb[]) ON CONFLICT DO NOTHING RETURNING run_id`;

/** What the machine's Postgres and NATS can do at most: one statement of many rows a commit, two commits under way. */
export async function measureFloor(databaseUrl: string, scale: number): Promise<FloorFigures> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 2 });
  try {
    await pool.query(
      'CREATE TABLE bench_events (run_id text, seq integer, data jsonb NOT NULL, PRIMARY KEY (run_id, seq))',
    );
    await commits(pool, 32, 2_000 * scale);
    const levels: FloorFigures['levels'] = [];
    for (const [inFlight, rows] of [
      [1, 600],
      [32, 20_000],
      [256, 60_000],
    ] as const)
      levels.push({ in_flight: inFlight, rows_per_s: await commits(pool, inFlight, rows * scale) });
    const at = (inFlight: number) => levels.find(({ in_flight }) => in_flight === inFlight)?.rows_per_s ?? NaN;
    return { steps_per_s: at(32), ms_a_step_alone: 1_000 / at(1), levels, ...(await measureNats(scale)) };
  } finally {
    await pool.end();
  }
}

let nextRun = 0;

/** Rows a second, with so many waiting for their commit at any time. */
async function commits(pool: pg.Pool, inFlight: number, rows: number): Promise<number> {
  const flushes = Math.min(2, inFlight);
  const perFlush = inFlight / flushes;
  const began = performance.now();
  let left = rows;
  const writer = async (): Promise<void> => {
    while (left > 0) {
      left -= perFlush;
      const ids = Array.from({ length: perFlush }, () => `run_${nextRun++}`);
      await pool.query({ name: 'floor', text: INSERT, values: [ids, ids.map(() => 1), ids.map(() => PAYLOAD)] });
    }
  };
  await Promise.all(Array.from({ length: flushes }, writer));
  return rows / ((performance.now() - began) / 1_000);
}

async function measureNats(scale: number): Promise<Pick<FloorFigures, 'nats_published_per_s' | 'nats_request_ms'>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'switchyard-bench-nats-'));
  const server = await startNats({ dataDir });
  const { host, username, password } = new URL(server.url);
  const nc = await connect({ servers: host, user: username, pass: password });
  try {
    const manager = await jetstreamManager(nc);
    await manager.streams.add({ name: 'FLOOR', subjects: ['floor.>'], retention: RetentionPolicy.Limits });
    const js = jetstream(nc);
    let left = Math.ceil(6_000 * scale);
    const total = left;
    const began = performance.now();
    const publisher = async (): Promise<void> => {
      while (left-- > 0) await js.publish('floor.a', PAYLOAD);
    };
    await Promise.all(Array.from({ length: 32 }, publisher));
    const published = total / ((performance.now() - began) / 1_000);
    nc.subscribe('ask', {
      callback: (_, message) => {
        message.respond(message.data);
      },
    });
    const requests = Math.ceil(1_000 * scale);
    const asked = performance.now();
    for (let index = 0; index < requests; index++) await nc.request('ask', PAYLOAD, { timeout: 5_000 });
    return { nats_published_per_s: published, nats_request_ms: (performance.now() - asked) / requests };
  } finally {
    await nc.drain();
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}
