import type { RpcClient } from '@switchyard/bus';
import { MemoryService, SwitchyardError, timestampFromDate } from '@switchyard/contracts';
import { checkEvidenceGraphs, type GraphMemory } from '@switchyard/testing';

/** More than a graph has memories and summaries. */
const LIMIT = 50;
/** Of one call: a busy machine is no leak. */
const PATIENCE = { timeoutMs: 60_000 };
/** Graphs at once: an act waits for the disk more than it computes. */
const CONCURRENCY = 16;
/** A report that goes wrong is read, not counted. */
const MAX_TOLD = 20;

export interface RetractionFigures {
  graphs: number;
  /** Retractions, restorations and erasures. */
  acts: number;
  /** Summaries that consolidation made between them. */
  summaries: number;
  /** Answers that were compared, of every way to read. */
  reads: number;
  /** Memories that an answer gave though they were withdrawn or erased. */
  leaks: number;
  /** Memories that an answer should have given. */
  losses: number;
  /** The first of both. */
  told: string[];
  seconds: number;
}

/**
 * Withdraws, restores and erases in random graphs of evidence, through the bus, and compares all that a running memory
 * service answers with a model of a few lines. A graph has a tenant of its own, so that what the service holds may be any.
 *
 * @param seed which graphs these are; the tenants are called by it: one that a system has had finds its memories again
 */
export async function measureRetraction(
  rpc: RpcClient,
  { graphs, seed }: { graphs: number; seed: number },
): Promise<RetractionFigures> {
  const counts = { summaries: 0, reads: 0 };
  const began = performance.now();
  const report = await checkEvidenceGraphs(overTheBus(rpc, counts), { graphs, seed, concurrency: CONCURRENCY });
  return {
    graphs,
    acts: report.acts,
    ...counts,
    leaks: report.leaks.length,
    losses: report.losses.length,
    told: [...report.leaks, ...report.losses].slice(0, MAX_TOLD),
    seconds: (performance.now() - began) / 1_000,
  };
}

function overTheBus(rpc: RpcClient, counts: { summaries: number; reads: number }): GraphMemory {
  const { method } = MemoryService;
  /** When all of a tenant had been said and nothing been withdrawn. */
  const said = new Map<string, Date>();
  const recall = async (tenant: string, query: string, at: { asOf?: Date; knownAt?: Date } = {}) => {
    const request = {
      scope: { tenant },
      query,
      limit: LIMIT,
      ...(at.asOf && { asOf: timestampFromDate(at.asOf) }),
      ...(at.knownAt && { knownAt: timestampFromDate(at.knownAt) }),
    };
    const { memories } = await rpc.call(method.recall, request, PATIENCE);
    return memories.map(({ memory }) => memory?.text ?? '');
  };
  const exported = async (tenant: string, all: boolean) => {
    const { records } = await rpc.call(method.exportMemories, { scope: { tenant }, all }, PATIENCE);
    return records.map(({ memory }) => memory?.text ?? '');
  };
  return {
    record: async (tenant, texts) => {
      const request = { scope: { tenant }, episodes: texts.map((text) => ({ text })) };
      return (await rpc.call(method.recordEpisodes, request, PATIENCE)).ids;
    },
    remember: async (tenant, text, evidence, kind) => {
      // Facts are of one owner, so that summaries are made of them; of a subject each, so that none takes another's place.
      const subject = kind === 'fact' ? `zoe|${text}` : '';
      const request = { scope: { tenant }, text, kind, subject, evidence: [...evidence] };
      const { id } = await rpc.call(method.remember, request, PATIENCE);
      said.set(tenant, new Date());
      return id;
    },
    retract: async (tenant, ids) => ({
      actId: (await rpc.call(method.retract, { tenant, ids: [...ids] }, PATIENCE)).id,
    }),
    restore: async (tenant, actId) => {
      await rpc.call(method.restore, { tenant, actId }, PATIENCE);
    },
    erase: async (tenant, ids) => {
      await rpc.call(method.erase, { tenant, ids: [...ids] }, PATIENCE);
    },
    reads: async (tenant, query) => {
      counts.reads += 5;
      const list = async () =>
        (await rpc.call(method.listMemories, { scope: { tenant }, limit: LIMIT }, PATIENCE)).memories;
      const [words, newest, now, listed, out] = await Promise.all([
        recall(tenant, query),
        recall(tenant, ''),
        recall(tenant, query, { asOf: new Date() }),
        list(),
        exported(tenant, false),
      ]);
      return [words, newest, now, listed.map(({ text }) => text), out];
    },
    readsOfBefore: async (tenant, query) => {
      counts.reads += 3;
      const then = said.get(tenant) ?? new Date();
      const before = await Promise.all([
        recall(tenant, query, { asOf: then, knownAt: then }),
        recall(tenant, '', { knownAt: then }),
        exported(tenant, true),
      ]);
      return before.flat();
    },
    consolidate: async (tenant) => {
      const { made } = await rpc.call(method.consolidate, { scope: { tenant } }, PATIENCE);
      counts.summaries += made.length;
    },
    stateOf: async (tenant, id) => {
      const history = await rpc.call(method.getMemory, { tenant, id }, PATIENCE).catch((error: unknown) => {
        if (error instanceof SwitchyardError && error.code === 'memory.not_found') return undefined;
        throw error;
      });
      if (!history) return 'gone';
      return history.memory?.state === 'retracted' ? 'retracted' : 'there';
    },
  };
}
