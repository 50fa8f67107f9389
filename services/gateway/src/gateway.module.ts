import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR } from '@nestjs/core';
import { Bus, RpcClient } from '@switchyard/bus';
import type { ServiceContext } from '@switchyard/service';
import { AgentsController } from './agents/agents.controller.js';
import { ApprovalsController } from './approvals/approvals.controller.js';
import { Authenticator } from './auth/authenticator.service.js';
import { KeyVerifier } from './auth/key-verifier.service.js';
import { BackendsController } from './backends/backends.controller.js';
import { BudgetsController } from './budgets/budgets.controller.js';
import { CertificatesController } from './evaluations/certificates.controller.js';
import { DriftController } from './evaluations/drift.controller.js';
import { EvaluationsController } from './evaluations/evaluations.controller.js';
import { CanariesController } from './evaluations/canaries.controller.js';
import { FeedbackController } from './evaluations/feedback.controller.js';
import { ClassesController } from './evaluations/classes.controller.js';
import { ReplaysController } from './evaluations/replays.controller.js';
import { SuitesController } from './evaluations/suites.controller.js';
import { WatchesController } from './evaluations/watches.controller.js';
import { BundleController } from './bundle/bundle.controller.js';
import { BundleServices } from './bundle/bundle-services.js';
import { ExportBundle } from './bundle/export-bundle.service.js';
import { ImportBundle } from './bundle/import-bundle.service.js';
import { ErrorFilter } from './http/error.filter.js';
import { MeasuredRpcClient } from './http/measured-rpc-client.js';
import { ReplyInterceptor } from './http/reply.interceptor.js';
import { routesOf } from './http/route.js';
import { KeysController } from './keys/keys.controller.js';
import { MemoriesController } from './memory/memories.controller.js';
import { MemoryActsController } from './memory/memory-acts.controller.js';
import { MemoryExchangeController } from './memory/memory-exchange.controller.js';
import { MemorySettingsController } from './memory/memory-settings.controller.js';
import { DocsController } from './openapi/docs.controller.js';
import { openApiDocument } from './openapi/document.js';
import { OPENAPI } from './openapi/tokens.js';
import { PayloadsController } from './runs/payloads.controller.js';
import { Payloads } from './runs/payloads.service.js';
import { RoutingController } from './routing/routing.controller.js';
import { RunEventsController } from './runs/run-events.controller.js';
import { RunInputController } from './runs/run-input.controller.js';
import { RunForksController } from './runs/run-forks.controller.js';
import { RunWaiter } from './runs/run-waiter.service.js';
import { RunsController } from './runs/runs.controller.js';
import { RunFeeds } from './stream/run-feeds.service.js';
import { RolloutsController } from './rollouts/rollouts.controller.js';
import { PoliciesController } from './policies/policies.controller.js';
import { SchedulesController } from './schedules/schedules.controller.js';
import { DeadLettersController } from './system/dead-letters.controller.js';
import { ServiceDiscovery } from './system/service-discovery.service.js';
import { SwapsController } from './swaps/swaps.controller.js';
import { SystemController } from './system/system.controller.js';
import { TasksController } from './tasks/tasks.controller.js';
import { EffectsController } from './tools/effects.controller.js';
import { QuestionsController } from './tools/questions.controller.js';
import { ToolLoginsController } from './tools/tool-logins.controller.js';
import { ToolServerContentsController } from './tools/tool-server-contents.controller.js';
import { SecretsController } from './tools/secrets.controller.js';
import { ToolServersController } from './tools/tool-servers.controller.js';
import { ToolSettingsController } from './tools/tool-settings.controller.js';
import { ToolVersionsController } from './tools/tool-versions.controller.js';
import { ToolsController } from './tools/tools.controller.js';

/** Every controller, in the order of the document. */
export const CONTROLLERS = [
  TasksController,
  SchedulesController,
  RunsController,
  RunEventsController,
  RunInputController,
  ApprovalsController,
  PoliciesController,
  RunForksController,
  PayloadsController,
  AgentsController,
  RolloutsController,
  BackendsController,
  ToolsController,
  ToolServersController,
  ToolServerContentsController,
  ToolLoginsController,
  SecretsController,
  QuestionsController,
  ToolVersionsController,
  ToolSettingsController,
  EffectsController,
  MemoriesController,
  MemoryActsController,
  MemoryExchangeController,
  MemorySettingsController,
  EvaluationsController,
  CanariesController,
  FeedbackController,
  RoutingController,
  ReplaysController,
  SuitesController,
  ClassesController,
  CertificatesController,
  WatchesController,
  DriftController,
  SwapsController,
  BudgetsController,
  BundleController,
  KeysController,
  DeadLettersController,
  SystemController,
  DocsController,
];

@Module({})
export class GatewayModule {
  static register({ config }: ServiceContext): DynamicModule {
    let document: object | undefined;
    // Made when first asked for: most gateways are never read to.
    const openapi = () => (document ??= openApiDocument(routesOf(CONTROLLERS), config.version));
    return {
      module: GatewayModule,
      controllers: CONTROLLERS,
      providers: [
        Authenticator,
        BundleServices,
        ExportBundle,
        ImportBundle,
        KeyVerifier,
        Payloads,
        RunFeeds,
        RunWaiter,
        ServiceDiscovery,
        { provide: RpcClient, useFactory: (bus: Bus) => new MeasuredRpcClient(bus), inject: [Bus] },
        { provide: OPENAPI, useValue: openapi },
        { provide: APP_FILTER, useClass: ErrorFilter },
        { provide: APP_INTERCEPTOR, useClass: ReplyInterceptor },
      ],
    };
  }
}
