import { Module, type DynamicModule } from '@nestjs/common';
import { BudgetStore, JournalStore, RateStore } from '@switchyard/journal';
import { DataSource } from 'typeorm';
import { BackendPace } from './backends/backend-pace.service.js';
import { BackendReporter } from './backends/backend-reporter.service.js';
import { BackendsService } from './backends/backends.service.js';
import { BudgetScopes } from './budget/budget-scopes.service.js';
import { TurnBudgets } from './budget/turn-budgets.service.js';
import { AgentsService } from './context/agents.service.js';
import { RecallService } from './context/recall.service.js';
import { ToolSearches } from './context/tool-searches.service.js';
import { ToolsService } from './context/tools.service.js';
import { RecordedCalls } from './replay/recorded-calls.service.js';
import { CancelListener } from './runs/cancel-listener.service.js';
import { FallbackService } from './runs/fallback.service.js';
import { HeartbeatService } from './runs/heartbeat.service.js';
import { EventPublisher } from './runs/publisher.service.js';
import { RunReader } from './runs/run-reader.service.js';
import { RunService } from './runs/run.service.js';
import { RunsController } from './runs/runs.controller.js';
import { RunsInHand } from './runs/runs-in-hand.js';
import { ToolCallsService } from './tools/tool-calls.service.js';
import { ModelTurnService } from './turn/model-turn.service.js';
import { TurnContexts } from './turn/turn-contexts.service.js';
import { AgentTools } from './waits/agent-tools.service.js';
import { EditedCalls } from './waits/edited-calls.service.js';
import { PoliciesService } from './waits/policies.service.js';
import { ApprovalRules } from './waits/approval-rules.service.js';
import { AskCalls } from './waits/ask-calls.js';
import { ChildCalls } from './waits/child-calls.service.js';
import { GrantedTools } from './waits/granted-tools.service.js';
import { FindCalls } from './waits/find-calls.service.js';
import { OpenCallsService } from './waits/open-calls.service.js';
import type { OwnCallHandler } from './waits/own-call.js';
import { OWN_CALL_HANDLERS, OwnCalls } from './waits/own-calls.js';
import { ReadCalls } from './waits/read-calls.service.js';
import { SleepCalls } from './waits/sleep-calls.js';
import { WakeUps } from './waits/wake-ups.service.js';

@Module({})
export class ExecutorModule {
  static create(): DynamicModule {
    return {
      module: ExecutorModule,
      controllers: [RunsController],
      providers: [
        {
          provide: JournalStore,
          useFactory: (dataSource: DataSource) => new JournalStore(dataSource),
          inject: [DataSource],
        },
        {
          provide: BudgetStore,
          useFactory: (dataSource: DataSource) => new BudgetStore(dataSource),
          inject: [DataSource],
        },
        {
          provide: RateStore,
          useFactory: (dataSource: DataSource) => new RateStore(dataSource),
          inject: [DataSource],
        },
        { provide: RunsInHand, useValue: new RunsInHand() },
        EventPublisher,
        HeartbeatService,
        CancelListener,
        AgentsService,
        ToolsService,
        RecallService,
        BackendsService,
        BackendReporter,
        BackendPace,
        ToolCallsService,
        PoliciesService,
        ApprovalRules,
        EditedCalls,
        SleepCalls,
        AskCalls,
        AgentTools,
        ChildCalls,
        ToolSearches,
        FindCalls,
        ReadCalls,
        RecordedCalls,
        {
          provide: OWN_CALL_HANDLERS,
          useFactory: (...handlers: OwnCallHandler[]) => handlers,
          inject: [SleepCalls, AskCalls, ChildCalls, FindCalls, ReadCalls],
        },
        {
          provide: OwnCalls,
          useFactory: (handlers: readonly OwnCallHandler[]) => new OwnCalls(handlers),
          inject: [OWN_CALL_HANDLERS],
        },
        GrantedTools,
        OpenCallsService,
        WakeUps,
        TurnContexts,
        ModelTurnService,
        FallbackService,
        RunReader,
        BudgetScopes,
        TurnBudgets,
        RunService,
      ],
    };
  }
}
