import {
  create,
  AuditQuerySchema,
  ConsolidateRequestSchema,
  CorrectRequestSchema,
  EraseRequestSchema,
  ExportQuerySchema,
  ImportRequestSchema,
  ForgetRequestSchema,
  MemoryQuerySchema,
  MergeRequestSchema,
  RestoreRequestSchema,
  RetentionPolicySchema,
  RetractRequestSchema,
  SplitRequestSchema,
  ListMemoriesQuerySchema,
  RecallRequestSchema,
  RecordEpisodesRequestSchema,
  RememberRequestSchema,
  type MessageInitShape,
} from '@switchyard/contracts';
import { createDataSource, runMigrations } from '@switchyard/persistence';
import { createLogger } from '@switchyard/telemetry';
import { freshDatabase } from '@switchyard/testing';
import type { DataSource } from 'typeorm';
import { AuditRepository } from './audit/audit.repository.js';
import { AuditService } from './audit/audit.service.js';
import { RetentionRepository } from './retention/retention.repository.js';
import { SweepService } from './retention/sweep.service.js';
import { CatalogueService } from './catalogue.service.js';
import { ConsolidateService } from './consolidation/consolidate.service.js';
import { ConsolidationRepository } from './consolidation/consolidation.repository.js';
import { ConsolidationPolicyRepository } from './consolidation/policy.repository.js';
import { RoundsRepository } from './consolidation/rounds.repository.js';
import { HarmRepository } from './consolidation/harm.repository.js';
import { HarmService } from './consolidation/harm.service.js';
import type { OutcomesAsker } from './consolidation/outcomes-asker.js';
import { RoundsService } from './consolidation/rounds.service.js';
import { KeepSummaryService } from './consolidation/keep-summary.service.js';
import { JudgeService } from './consolidation/judge.service.js';
import { ExtractiveSummariser, type Summariser } from './consolidation/summariser.js';
import type { SummariserOf } from './consolidation/agent-summariser.js';
import { CorrectService } from './correction/correct.service.js';
import { CorrectionController } from './correction/correction.controller.js';
import { GraphRepository } from './correction/graph.repository.js';
import { HistoryService } from './correction/history.service.js';
import { RestoreService } from './correction/restore.service.js';
import { RetractService } from './correction/retract.service.js';
import { EraseService } from './correction/erase.service.js';
import type { Embedder } from './embedding/embedder.js';
import type { EmbeddingService } from './embedding/embedding.service.js';
import { EpisodesService } from './episodes.service.js';
import { ExportService } from './exchange/export.service.js';
import { ImportService } from './exchange/import.service.js';
import { LinkRepository } from './exchange/link.repository.js';
import { memoryOwner } from './persistence/memory-owner.js';
import { MemoryRepository } from './persistence/memory.repository.js';
import { RecallRepository } from './persistence/recall.repository.js';
import { SaveRepository } from './persistence/save.repository.js';
import type { Reranker } from './reranking/reranker.js';
import { RecallService } from './recall/recall.service.js';
import { SearchService } from './recall/search.service.js';
import { NO_SEMANTICS, type Semantics } from './semantics.js';
import { RememberService } from './remember.service.js';

/** Who is asked by services. */
interface Agents {
  reranker: Reranker;
  summariserOf: SummariserOf;
}

/** Nobody is there who could. */
const NO_AGENTS: Agents = {
  reranker: { order: () => Promise.resolve({ without: 'nobody puts it into order' }) },
  summariserOf: () => new ExtractiveSummariser(),
};

export const DAY_MS = 86_400_000;

/** The services over a database of their own, and a clock that moves when told to. */
export async function memoryFixture(
  semantics: Semantics = NO_SEMANTICS,
  embedder?: Embedder,
  agents: Partial<Agents> = {},
) {
  const database = await freshDatabase({ name: 'memory', prepare: (url) => runMigrations(url, [memoryOwner]) });
  const time = { now: new Date('2026-11-01T12:00:00Z') };
  const sources: DataSource[] = [];
  const replica = async () => {
    const dataSource = await createDataSource({ url: database.url, schema: 'memory', entities: memoryOwner.entities });
    sources.push(dataSource);
    return servicesOver(dataSource, () => time.now, semantics, embedder, { ...NO_AGENTS, ...agents });
  };
  const first = await replica();
  return {
    ...first,
    replica,
    databaseUrl: database.url,
    time: () => time.now,
    passDays: (days: number) => {
      time.now = new Date(time.now.getTime() + days * DAY_MS);
    },
    close: async () => {
      await Promise.all(sources.map((source) => source.destroy()));
      await database.drop();
    },
  };
}

export type MemoryFixture = Awaited<ReturnType<typeof memoryFixture>>;

function servicesOver(
  dataSource: DataSource,
  now: () => Date,
  semantics: Semantics,
  embedder: Embedder | undefined,
  outside: Agents,
) {
  const memories = new MemoryRepository(dataSource);
  const catalogue = new CatalogueService(memories);
  const saver = new SaveRepository(dataSource);
  const rememberService = new RememberService(saver, memories, now);
  const episodesService = new EpisodesService(saver, now);
  const graph = new GraphRepository();
  const eraseService = new EraseService(dataSource, memories, graph, now);
  const retractService = new RetractService(dataSource, graph, now);
  const restoreService = new RestoreService(dataSource, retractService, now);
  const correctService = new CorrectService(dataSource, saver, memories, now);
  const policies = new RetentionRepository(dataSource);
  const sweeper = new SweepService(dataSource, policies, eraseService, now);
  const auditService = new AuditService(new AuditRepository(dataSource));
  const exportService = new ExportService(dataSource, now);
  const importService = new ImportService(dataSource, saver, new LinkRepository(), now);
  const historyService = new HistoryService(dataSource);
  const recalls = new RecallRepository();
  const searches = new SearchService(recalls, now);
  const recallService = new RecallService(dataSource, recalls, searches, semantics, outside.reranker, now);
  const consolidations = new ConsolidationRepository(dataSource);
  const judge = new JudgeService(dataSource, recallService, semantics, embedder);
  const keeper = new KeepSummaryService(consolidations, judge, saver, eraseService, now);
  const consolidationBy = (summariser: Summariser) =>
    new ConsolidateService(
      dataSource,
      summariser,
      outside.summariserOf,
      consolidations,
      judge,
      keeper,
      memories,
      retractService,
      now,
    );
  const consolidation = consolidationBy(new ExtractiveSummariser());
  return {
    dataSource,
    /** What is done to memories as the bus asks for it, beside this embedder. */
    correctionBeside: (embedding: EmbeddingService) =>
      new CorrectionController(correctService, retractService, restoreService, eraseService, historyService, embedding),
    list: (init: MessageInitShape<typeof ListMemoriesQuerySchema>) =>
      catalogue.list(create(ListMemoriesQuerySchema, init)),
    forget: (tenant: string, id: string) => eraseService.forget(create(ForgetRequestSchema, { tenant, id })),
    consolidate: (init: MessageInitShape<typeof ConsolidateRequestSchema>) =>
      consolidation.consolidate(create(ConsolidateRequestSchema, init)),
    /** The same by another summariser. */
    consolidationBy,
    consolidationPolicies: new ConsolidationPolicyRepository(dataSource),
    roundsOf: (
      consolidation: 'off' | 'chosen' | 'all',
      consolidationSummaries = 50,
      summariser: Summariser = new ExtractiveSummariser(),
    ) =>
      new RoundsService(
        new RoundsRepository(dataSource),
        consolidationBy(summariser),
        { memory: { consolidation, consolidationSummaries } },
        createLogger('test', { level: 'silent' }),
        now,
      ),
    /** Demotion of what does harm, by what this evaluator says. */
    harmBy: (outcomes: Pick<OutcomesAsker, 'compare'>) =>
      new HarmService(
        new HarmRepository(dataSource),
        retractService,
        outcomes,
        createLogger('test', { level: 'silent' }),
      ),
    demote: (init: MessageInitShape<typeof RetractRequestSchema>) =>
      consolidation.demote(create(RetractRequestSchema, init)),
    erase: (init: MessageInitShape<typeof EraseRequestSchema>) => eraseService.erase(create(EraseRequestSchema, init)),
    putRetention: (init: MessageInitShape<typeof RetentionPolicySchema>) =>
      policies.put(create(RetentionPolicySchema, init)),
    policies,
    sweep: () => sweeper.sweep(),
    audit: (init: MessageInitShape<typeof AuditQuerySchema>) => auditService.audit(create(AuditQuerySchema, init)),
    retract: (init: MessageInitShape<typeof RetractRequestSchema>) =>
      retractService.retract(create(RetractRequestSchema, init)),
    restore: (init: MessageInitShape<typeof RestoreRequestSchema>) =>
      restoreService.restore(create(RestoreRequestSchema, init)),
    correct: (init: MessageInitShape<typeof CorrectRequestSchema>) =>
      correctService.correct(create(CorrectRequestSchema, init)),
    merge: (init: MessageInitShape<typeof MergeRequestSchema>) =>
      correctService.merge(create(MergeRequestSchema, init)),
    split: (init: MessageInitShape<typeof SplitRequestSchema>) =>
      correctService.split(create(SplitRequestSchema, init)),
    exportPage: (init: MessageInitShape<typeof ExportQuerySchema>) =>
      exportService.page(create(ExportQuerySchema, init)),
    importRecords: (init: MessageInitShape<typeof ImportRequestSchema>) =>
      importService.import(create(ImportRequestSchema, init)),
    history: (tenant: string, id: string) => historyService.read(create(MemoryQuerySchema, { tenant, id })),
    remember: (init: MessageInitShape<typeof RememberRequestSchema>) =>
      rememberService.remember(create(RememberRequestSchema, init)),
    record: (init: MessageInitShape<typeof RecordEpisodesRequestSchema>) =>
      episodesService.record(create(RecordEpisodesRequestSchema, init)),
    /** The reply as it is. */
    recallWhole: (init: MessageInitShape<typeof RecallRequestSchema>) =>
      recallService.recall(create(RecallRequestSchema, init)),
    recall: async (init: MessageInitShape<typeof RecallRequestSchema>) => {
      const { memories: found = [] } = await recallService.recall(create(RecallRequestSchema, init));
      return found.map(({ memory, score = 0, why = '', duplicates = [] }) => ({
        text: memory?.text ?? '',
        memory,
        score,
        why,
        duplicates,
      }));
    },
  };
}
