import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SwitchyardError } from '@switchyard/contracts';
import { startSystem } from '../system.js';
import { readBeam } from './beam/read-beam.js';
import type { Conversation } from './corpus.js';
import { generate } from './generator/generate.js';
import { readLocomo } from './locomo/read-locomo.js';
import { measureRecall, type CorpusFigures } from './measure-recall.js';
import { measureReplays } from './measure-replays.js';
import { measureWrites } from './measure-writes.js';
import { measureNearDuplicates, type NearDuplicateFigures } from './noise/measure-near-duplicates.js';
import { reportMemory } from './report.js';
import { rpcMemory } from './rpc-memory.js';

const PARTS = ['generator', 'locomo', 'beam', 'replays', 'near-duplicates', 'writes'] as const;
type Part = (typeof PARTS)[number];

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
}

export type CorpusName = 'generator' | 'locomo' | 'beam';

export interface MemoryFigures {
  corpora: Partial<Record<CorpusName, CorpusFigures>>;
  /** Rows that many saves of one statement became, and the count of the row. */
  replays?: { saves: number; rows: number; count: number };
  nearDuplicates?: NearDuplicateFigures;
  writes?: { episodes: number; per_s: number };
}

/** How well memory recalls, without a model. Closes with one line of JSON. */
export async function benchMemory(options: MemoryBenchOptions): Promise<void> {
  const { scale, json, locomo, locomoAudit, beam } = options;
  const wanted = chosen(options.only);
  // What cannot be read is told before anything is started.
  const corpora = new Map<CorpusName, Conversation[]>();
  if (wanted.includes('generator'))
    corpora.set('generator', generate({ seed: 1, conversations: Math.ceil(10 * scale), sessions: 16, chatter: 12 }));
  if (wanted.includes('locomo') && locomo !== undefined) corpora.set('locomo', await readLocomo(locomo, locomoAudit));
  if (wanted.includes('beam') && beam !== undefined) corpora.set('beam', await readBeam(beam));
  const dataDir = await mkdtemp(join(tmpdir(), 'switchyard-bench-memory-'));
  try {
    const system = await startSystem(dataDir);
    try {
      const memory = await rpcMemory(system.natsUrl);
      try {
        const figures: MemoryFigures = { corpora: {} };
        for (const [name, conversations] of corpora) {
          if (!json) console.log(`${name} …`);
          figures.corpora[name] = await measureRecall(memory, name, conversations);
        }
        if (wanted.includes('replays')) figures.replays = await measureReplays(memory);
        if (wanted.includes('near-duplicates')) figures.nearDuplicates = await measureNearDuplicates(memory, scale);
        if (wanted.includes('writes')) figures.writes = await measureWrites(memory, scale);
        reportMemory(figures, json);
      } finally {
        await memory.close();
      }
    } finally {
      await system.stop();
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

function chosen(only: string | undefined): Part[] {
  if (only === undefined) return [...PARTS];
  return only.split(',').map((name) => {
    const known = PARTS.find((part) => part === name.trim());
    if (known) return known;
    throw new SwitchyardError('bench.invalid', `--only names "${name}"; there are ${PARTS.join(', ')}.`);
  });
}
