import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectBus, RpcClient } from '@switchyard/bus';
import { Client } from 'pg';
import { partsOf } from '../bench-options.js';
import { startSystem, type MeasuredSystem } from '../system.js';
import { readBeam } from './beam/read-beam.js';
import type { Conversation } from './corpus.js';
import { seeded } from './generator/seeded.js';
import { generate } from './generator/generate.js';
import { readLocomo } from './locomo/read-locomo.js';
import { addVectors, loadMemories, measureRecallTime, type LatencyFigures } from './measure-latency.js';
import type { MemoryUnderTest } from './memory-under-test.js';
import { measureRecall, type CorpusFigures } from './measure-recall.js';
import { measureReadYourWrites, type ReadYourWritesFigures } from './measure-read-your-writes.js';
import { measureRedeliveries, type RedeliveryFigures } from './measure-redeliveries.js';
import { measureReplays } from './measure-replays.js';
import { measureWrites } from './measure-writes.js';
import { measureNearDuplicates, type NearDuplicateFigures } from './noise/measure-near-duplicates.js';
import { reportMemory } from './report.js';
import { measureRetraction, type RetractionFigures } from './retraction.js';
import { rpcMemory } from './rpc-memory.js';

const PARTS = [
  'generator',
  'locomo',
  'beam',
  'replays',
  'near-duplicates',
  'writes',
  'read-your-writes',
  'redeliveries',
  'retraction',
  'latency',
] as const;
const SEED = 20_261_127;
/** Nothing is embedded meanwhile. */
const WITHOUT_VECTORS = { SWITCHYARD_EMBEDDER: 'none' };

export interface MemoryBenchOptions {
  scale: number;
  json: boolean;
  /** `locomo10.json`, as it was published. */
  locomo: string | undefined;
  /** A file of the published audit's corrections, or their folder. */
  locomoAudit: string | undefined;
  /** BEAM's `chats/100K`. */
  beam: string | undefined;
  /** Names of parts separated by commas; all for which there are data where absent. */
  only: string | undefined;
  /** Also a million memories over a thousand scopes: most of half an hour, and some gigabytes. */
  large: boolean;
}

export type CorpusName = 'generator' | 'locomo' | 'beam';

export interface MemoryFigures {
  corpora: Partial<Record<CorpusName, CorpusFigures>>;
  /** Rows that many saves of one statement became, and the count of the row. */
  replays?: { saves: number; rows: number; count: number };
  nearDuplicates?: NearDuplicateFigures;
  writes?: { episodes: number; per_s: number };
  readYourWrites?: ReadYourWritesFigures;
  redeliveries?: RedeliveryFigures;
  retraction?: RetractionFigures;
  latency?: LatencyFigures[];
}

/** How well memory recalls, without a model. Closes with one line of JSON. */
export async function benchMemory(options: MemoryBenchOptions): Promise<void> {
  const { scale, json, locomo, locomoAudit, beam } = options;
  const wanted = partsOf(PARTS, options.only) ?? PARTS;
  // What cannot be read is told before anything is started.
  const corpora = new Map<CorpusName, Conversation[]>();
  if (wanted.includes('generator'))
    corpora.set('generator', generate({ seed: 1, conversations: Math.ceil(10 * scale), sessions: 16, chatter: 12 }));
  if (wanted.includes('locomo') && locomo !== undefined) corpora.set('locomo', await readLocomo(locomo, locomoAudit));
  if (wanted.includes('beam') && beam !== undefined) corpora.set('beam', await readBeam(beam));
  const dataDir = await mkdtemp(join(tmpdir(), 'switchyard-bench-memory-'));
  try {
    const figures: MemoryFigures = { corpora: {} };
    await within(dataDir, {}, async (memory, system) => {
      for (const [name, conversations] of corpora) {
        if (!json) console.log(`${name} …`);
        figures.corpora[name] = await measureRecall(memory, name, conversations);
      }
      if (wanted.includes('replays')) figures.replays = await measureReplays(memory);
      if (wanted.includes('near-duplicates')) figures.nearDuplicates = await measureNearDuplicates(memory, scale);
      if (wanted.includes('writes')) figures.writes = await measureWrites(memory, scale);
      if (wanted.includes('read-your-writes')) figures.readYourWrites = await measureReadYourWrites(system, scale);
      if (wanted.includes('redeliveries'))
        figures.redeliveries = await measureRedeliveries(system, seeded(SEED), scale);
    });
    if (wanted.includes('retraction'))
      await within(dataDir, WITHOUT_VECTORS, async (_, { natsUrl }) => {
        const bus = await connectBus({ servers: natsUrl, name: 'bench', prefix: 'switchyard' });
        figures.retraction = await measureRetraction(new RpcClient(bus), { graphs: 10_000 * scale, seed: SEED });
        await bus.close();
      });
    if (wanted.includes('latency')) figures.latency = await latencies(dataDir, options);
    reportMemory(figures, json);
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function within(
  dataDir: string,
  env: Readonly<Record<string, string>>,
  work: (memory: MemoryUnderTest, system: MeasuredSystem) => Promise<void>,
): Promise<void> {
  const system = await startSystem(dataDir, [], env);
  try {
    const memory = await rpcMemory(system.natsUrl);
    await work(memory, system).finally(() => memory.close());
  } finally {
    await system.stop();
  }
}

async function latencies(dataDir: string, { scale, large }: MemoryBenchOptions): Promise<LatencyFigures[]> {
  const sizes = [
    { memories: 100_000 * scale, scopes: 1 },
    ...(large ? [{ memories: 1_000_000 * scale, scopes: 1_000 }] : []),
  ];
  const figures: LatencyFigures[] = [];
  for (const size of sizes) {
    const { next: random } = seeded(SEED);
    let episodesPerSecond = 0;
    await within(dataDir, WITHOUT_VECTORS, async (memory, { databaseUrl }) => {
      episodesPerSecond = await loadMemories(memory, { ...size, random });
      const database = new Client({ connectionString: databaseUrl });
      await database.connect();
      await addVectors(database).finally(() => database.end());
    });
    await within(dataDir, { SWITCHYARD_VECTOR_INDEX: 'exact' }, async (memory) => {
      const recall = await measureRecallTime(memory, { scopes: size.scopes, samples: 400 * scale, random });
      figures.push({ ...size, recall, episodesPerSecond });
    });
  }
  return figures;
}
