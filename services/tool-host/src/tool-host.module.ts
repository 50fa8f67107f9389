import { Module, type DynamicModule } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { ToolHostService } from '@switchyard/contracts';
import { bundleController, BundleRecords, type ServiceContext } from '@switchyard/service';
import { DataSource } from 'typeorm';
import { createBuiltins } from './builtin/builtins.js';
import { TOOL_KINDS } from './bundle/kinds/index.js';
import { HeartbeatService } from './calls/heartbeat.service.js';
import { HostIdentity } from './calls/host-identity.js';
import { InnerCalls } from './calls/inner-calls.service.js';
import { LedgerRepository } from './calls/ledger.repository.js';
import { ResultContentService } from './calls/result-content.service.js';
import { RunningCalls } from './calls/running-calls.js';
import { ToolCallService } from './calls/tool-call.service.js';
import { ToolCatalog } from './catalog/tool-catalog.service.js';
import { EffectsController } from './effects/effects.controller.js';
import { EffectsRepository } from './effects/effects.repository.js';
import { EffectsService } from './effects/effects.service.js';
import { RetentionService } from './effects/retention.service.js';
import { WakeUps } from './effects/wake-ups.service.js';
import { LimitsRepository } from './limits/limits.repository.js';
import { ResultCache } from './limits/result-cache.service.js';
import { ToolGate } from './limits/tool-gate.service.js';
import { LoginsController } from './mcp/auth/logins.controller.js';
import { Logins } from './mcp/auth/logins.service.js';
import { SealedOAuthStore } from './mcp/auth/sealed-oauth-store.repository.js';
import { createMcpKind } from './mcp/mcp-kind.js';
import { createOpenApiKind } from './openapi/openapi-kind.js';
import { createWebMcpKind } from './webmcp/webmcp-kind.js';
import { BuiltinToolsRepository } from './pools/builtin-tools.repository.js';
import { BUILTINS, BuiltinTools } from './pools/builtin-tools.service.js';
import { QuestionsController } from './questions/questions.controller.js';
import { QuestionsRepository } from './questions/questions.repository.js';
import { QuestionsService } from './questions/questions.service.js';
import { configuredSecretBox } from './secrets/configured-secret-box.js';
import { SecretBox } from './secrets/secret-box.js';
import { ServerContentsController } from './servers/server-contents.controller.js';
import { ServerContents } from './servers/server-contents.service.js';
import { SecretsController } from './secrets/secrets.controller.js';
import { SecretsRepository } from './secrets/secrets.repository.js';
import { Secrets } from './secrets/secrets.service.js';
import { ServerLogsController } from './servers/server-logs.controller.js';
import { SERVER_KINDS, ToolServerPool } from './servers/tool-server-pool.service.js';
import { ToolServerRepository } from './servers/tool-server.repository.js';
import { ToolSettingsController } from './settings/tool-settings.controller.js';
import { ToolSettingsRepository } from './settings/tool-settings.repository.js';
import { KeptResultsController } from './results/kept-results.controller.js';
import { KeptResultsRepository } from './results/kept-results.repository.js';
import { KeptResults } from './results/kept-results.service.js';
import { ToolSettingsService } from './settings/tool-settings.service.js';
import { ToolHostController } from './tool-host.controller.js';
import { ToolHostLifecycle } from './tool-host.lifecycle.js';
import { ToolWorkController } from './tool-work.controller.js';
import { ArgumentValidator } from './tools/argument-validator.js';
import { ToolVersionsController } from './versions/tool-versions.controller.js';
import { ToolVersionsRepository } from './versions/tool-versions.repository.js';
import { ToolVersionsService } from './versions/tool-versions.service.js';

@Module({})
export class ToolHostModule {
  static register({ config, rpc }: ServiceContext): DynamicModule {
    return {
      module: ToolHostModule,
      controllers: [
        ToolHostController,
        ToolWorkController,
        EffectsController,
        ToolVersionsController,
        ToolSettingsController,
        ServerContentsController,
        LoginsController,
        SecretsController,
        ServerLogsController,
        QuestionsController,
        KeptResultsController,
        bundleController(ToolHostService),
      ],
      providers: [
        {
          provide: BUILTINS,
          // Calls need the catalogue, and the catalogue the built-in tools, one of which makes calls.
          useFactory: (module: ModuleRef, secrets: Secrets) =>
            createBuiltins(config, rpc, () => module.get(InnerCalls), secrets),
          inject: [ModuleRef, Secrets],
        },
        { provide: ArgumentValidator, useFactory: () => new ArgumentValidator() },
        { provide: RunningCalls, useFactory: () => new RunningCalls() },
        HostIdentity,
        HeartbeatService,
        LedgerRepository,
        ResultContentService,
        ToolServerRepository,
        { provide: SecretBox, useFactory: () => configuredSecretBox(config) },
        SealedOAuthStore,
        Logins,
        {
          provide: SERVER_KINDS,
          inject: [SealedOAuthStore],
          useFactory: (logins: SealedOAuthStore) => [
            createMcpKind(logins),
            createOpenApiKind(),
            createWebMcpKind(config),
          ],
        },
        SecretsRepository,
        Secrets,
        ToolServerPool,
        ServerContents,
        ToolVersionsRepository,
        ToolSettingsRepository,
        ToolSettingsService,
        BuiltinToolsRepository,
        BuiltinTools,
        ToolCatalog,
        ToolVersionsService,
        LimitsRepository,
        ToolGate,
        ResultCache,
        QuestionsRepository,
        QuestionsService,
        KeptResultsRepository,
        KeptResults,
        ToolCallService,
        InnerCalls,
        EffectsRepository,
        EffectsService,
        WakeUps,
        RetentionService,
        {
          provide: BundleRecords,
          useFactory: (dataSource: DataSource) => new BundleRecords(dataSource, 'effects', TOOL_KINDS),
          inject: [DataSource],
        },
        ToolHostLifecycle,
      ],
    };
  }
}
