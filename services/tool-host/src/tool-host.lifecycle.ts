import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Bus, RpcServer, takesParts, type Listening } from '@switchyard/bus';
import type { Config } from '@switchyard/config';
import {
  AskServerReplySchema,
  AskServerRequestSchema,
  CancelNoticeSchema,
  FIRST_ASK,
  ToolCallSchema,
  ToolResultSchema,
} from '@switchyard/contracts';
import { CONFIG } from '@switchyard/service';
import { carriedResult } from './calls/carried-result.js';
import { HeartbeatService } from './calls/heartbeat.service.js';
import { LedgerRepository } from './calls/ledger.repository.js';
import { ToolCallService } from './calls/tool-call.service.js';
import { RetentionService } from './effects/retention.service.js';
import { WakeUps } from './effects/wake-ups.service.js';
import { BuiltinTools } from './pools/builtin-tools.service.js';
import { Logins } from './mcp/auth/logins.service.js';
import { ServerContents } from './servers/server-contents.service.js';
import { Secrets } from './secrets/secrets.service.js';
import { ToolServerPool } from './servers/tool-server-pool.service.js';
import { ToolSettingsService } from './settings/tool-settings.service.js';

/** Starts and stops the host's parts in the order in which they need each other. */
@Injectable()
export class ToolHostLifecycle implements OnApplicationBootstrap, OnApplicationShutdown {
  private listening: Listening[] = [];

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(Bus) private readonly bus: Bus,
    @Inject(RpcServer) private readonly rpcServer: RpcServer,
    @Inject(HeartbeatService) private readonly heartbeat: HeartbeatService,
    @Inject(ToolServerPool) private readonly servers: ToolServerPool,
    @Inject(Logins) private readonly logins: Logins,
    @Inject(ServerContents) private readonly contents: ServerContents,
    @Inject(ToolSettingsService) private readonly settings: ToolSettingsService,
    @Inject(Secrets) private readonly secrets: Secrets,
    @Inject(BuiltinTools) private readonly builtins: BuiltinTools,
    @Inject(ToolCallService) private readonly calls: ToolCallService,
    @Inject(LedgerRepository) private readonly ledger: LedgerRepository,
    @Inject(WakeUps) private readonly wakeUps: WakeUps,
    @Inject(RetentionService) private readonly retention: RetentionService,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.heartbeat.start();
    await this.settings.start();
    await this.builtins.start();
    await this.secrets.start();
    await this.servers.start();
    const { subjects } = this.bus;
    this.listening = [
      // Before the calls, so that no cancel of a call in hand is missed.
      this.bus.subscribe(subjects.cancel('*'), CancelNoticeSchema, ({ runId }) => this.calls.cancel(runId)),
      this.rpcServer.serve(
        subjects.toolRpc(this.config.toolHost.pool),
        ToolCallSchema,
        ToolResultSchema,
        async (call, context) =>
          carriedResult(
            await this.calls.perform(call, { stop: context.signal, isFirst: FIRST_ASK in context.headers }),
            takesParts(context),
          ),
      ),
      this.rpcServer.serve(
        this.contents.subjectOf(this.config.toolHost.pool),
        AskServerRequestSchema,
        AskServerReplySchema,
        (request, { signal }) => this.contents.askHere(request, signal),
      ),
      ...this.logins.listen(this.rpcServer),
    ];
    this.wakeUps.start();
    this.retention.start();
  }

  /** The transports have stopped. Calls first, then what they need; the sign-off last, or calls would count as abandoned. */
  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.listening.map((subscription) => subscription.stop()));
    await Promise.all([this.wakeUps.stop(), this.retention.stop()]);
    await this.calls.drain();
    await this.servers.stop();
    await this.secrets.stop();
    await this.builtins.stop();
    await this.settings.stop();
    await this.ledger.close();
    await this.heartbeat.stop();
  }
}
