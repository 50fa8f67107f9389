import { Module, type DynamicModule } from '@nestjs/common';
import { AuditController } from './audit/audit.controller.js';
import { AuditRepository } from './audit/audit.repository.js';
import { AuditService } from './audit/audit.service.js';
import { BlockController } from './blocks/block.controller.js';
import { BlockRepository } from './blocks/block.repository.js';
import { CatalogueService } from './catalogue.service.js';
import { StatusService } from './embedding/status.service.js';
import { EmbeddingModule } from './embedding/embedding.module.js';
import { AgentSummariser, SUMMARISER_OF, type SummariserOf } from './consolidation/agent-summariser.js';
import { ConsolidateService, SUMMARISER } from './consolidation/consolidate.service.js';
import { ConsolidationRepository } from './consolidation/consolidation.repository.js';
import { ConsolidationPolicyRepository } from './consolidation/policy.repository.js';
import { HarmRepository } from './consolidation/harm.repository.js';
import { HarmService } from './consolidation/harm.service.js';
import { OutcomesAsker } from './consolidation/outcomes-asker.js';
import { RoundsLifecycle } from './consolidation/rounds-lifecycle.js';
import { RoundsRepository } from './consolidation/rounds.repository.js';
import { RoundsService } from './consolidation/rounds.service.js';
import { KeepSummaryService } from './consolidation/keep-summary.service.js';
import { JudgeService } from './consolidation/judge.service.js';
import { ConsolidationController } from './consolidation/consolidation.controller.js';
import { ExtractiveSummariser } from './consolidation/summariser.js';
import { ConversationsController } from './conversations/conversations.controller.js';
import { CorrectService } from './correction/correct.service.js';
import { CorrectionController } from './correction/correction.controller.js';
import { GraphRepository } from './correction/graph.repository.js';
import { HistoryService } from './correction/history.service.js';
import { RestoreService } from './correction/restore.service.js';
import { RetractService } from './correction/retract.service.js';
import { EraseService } from './correction/erase.service.js';
import { AskNowService } from './derivations/ask-now.service.js';
import { AsksStatusService } from './derivations/asks-status.service.js';
import { AskerService } from './derivations/asker.service.js';
import { DerivationRepository } from './derivations/derivation.repository.js';
import { FactsAskRepository } from './derivations/facts-ask.repository.js';
import { FactsService } from './derivations/facts.service.js';
import { KeepLifecycle } from './derivations/keep-lifecycle.js';
import { SaveFactsService } from './derivations/save-facts.service.js';
import { SettleService } from './derivations/settle.service.js';
import { EpisodesService } from './episodes.service.js';
import { ExchangeController } from './exchange/exchange.controller.js';
import { ExportService } from './exchange/export.service.js';
import { ImportService } from './exchange/import.service.js';
import { LinkRepository } from './exchange/link.repository.js';
import { MemoryController } from './memory.controller.js';
import { NOW } from './now.js';
import { MemoryRepository } from './persistence/memory.repository.js';
import { RecallRepository } from './persistence/recall.repository.js';
import { SaveRepository } from './persistence/save.repository.js';
import { AgentReranker } from './reranking/agent-reranker.js';
import { RERANKER } from './reranking/reranker.js';
import { RetentionController } from './retention/retention.controller.js';
import { RetentionRepository } from './retention/retention.repository.js';
import { SweepLifecycle } from './retention/sweep-lifecycle.js';
import { SweepService } from './retention/sweep.service.js';
import { RecallService } from './recall/recall.service.js';
import { SearchService } from './recall/search.service.js';
import { RememberService } from './remember.service.js';

@Module({})
export class MemoryModule {
  static create(): DynamicModule {
    return {
      module: MemoryModule,
      imports: [EmbeddingModule.create()],
      controllers: [
        MemoryController,
        CorrectionController,
        RetentionController,
        AuditController,
        ExchangeController,
        BlockController,
        ConversationsController,
        ConsolidationController,
      ],
      providers: [
        MemoryRepository,
        RecallRepository,
        SaveRepository,
        RememberService,
        EpisodesService,
        StatusService,
        GraphRepository,
        CorrectService,
        RetractService,
        RestoreService,
        EraseService,
        HistoryService,
        RetentionRepository,
        SweepService,
        SweepLifecycle,
        AuditRepository,
        AuditService,
        BlockRepository,
        ExportService,
        ImportService,
        LinkRepository,
        SearchService,
        RecallService,
        CatalogueService,
        ConsolidationRepository,
        JudgeService,
        KeepSummaryService,
        ConsolidateService,
        DerivationRepository,
        FactsAskRepository,
        AskerService,
        SaveFactsService,
        SettleService,
        FactsService,
        KeepLifecycle,
        AskNowService,
        AsksStatusService,
        { provide: RERANKER, useClass: AgentReranker },
        ConsolidationPolicyRepository,
        RoundsRepository,
        RoundsService,
        HarmRepository,
        OutcomesAsker,
        HarmService,
        RoundsLifecycle,
        { provide: SUMMARISER, useValue: new ExtractiveSummariser() },
        {
          provide: SUMMARISER_OF,
          inject: [AskNowService],
          useFactory:
            (asks: AskNowService): SummariserOf =>
            (whose) =>
              new AgentSummariser(asks, whose),
        },
        { provide: NOW, useValue: () => new Date() },
      ],
    };
  }
}
