import { Controller, Inject } from '@nestjs/common';
import { Bus, checkEventSubject, RpcClient, withOutput, Work, type WorkContext } from '@switchyard/bus';
import { RouterService, RunEventSchema, SwitchyardError, type Run, type RunEvent } from '@switchyard/contracts';
import { EpisodesService } from '../episodes.service.js';
import { NOW, type Now } from '../now.js';
import { AgentPolicies } from './agent-policies.js';
import { conversationOf } from './conversation-of.js';

/** `<prefix>.event.<tenant>.<run>.RunCompleted`, from the stream EVENTS: what runs said is remembered where their agents say so. */
@Controller()
export class ConversationsController {
  private readonly policies: AgentPolicies;

  constructor(
    @Inject(EpisodesService) private readonly episodes: EpisodesService,
    @Inject(RpcClient) private readonly rpc: RpcClient,
    @Inject(Bus) private readonly bus: Bus,
    @Inject(NOW) now: Now,
  ) {
    this.policies = new AgentPolicies(rpc, now);
  }

  /** The event says where to look, and the journal what was said: anyone who may publish can tell an end. */
  @Work('event', RunEventSchema)
  async handle(event: RunEvent, { subject }: WorkContext): Promise<void> {
    checkEventSubject(event, subject, this.bus.prefix);
    const policy = await this.policies.of(event.tenant, event.agent);
    if (policy?.remember !== 'conversations') return;
    const run = await this.find(event.tenant, event.runId);
    const request = run && conversationOf(run, event.seq, policy);
    if (request) await this.episodes.record(request);
  }

  private async find(tenant: string, runId: string): Promise<Run | undefined> {
    try {
      return await withOutput(this.rpc, await this.rpc.call(RouterService.method.getRun, { tenant, runId }));
    } catch (error) {
      // A run that has been deleted leaves nothing to remember.
      if (error instanceof SwitchyardError && /^(run|payload)\.not_found$/.test(error.code)) return undefined;
      throw error;
    }
  }
}
