import { Controller, Inject } from '@nestjs/common';
import { Bus, checkEventSubject, RpcClient, withOutput, Work, type WorkContext } from '@switchyard/bus';
import {
  RouterService,
  RunEventSchema,
  SwitchyardError,
  type RecordEpisodesRequest,
  type RunEvent,
} from '@switchyard/contracts';
import { EpisodesService } from '../episodes.service.js';
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
  ) {
    this.policies = new AgentPolicies(rpc);
  }

  /** The event says where to look, and the journal what was said: anyone who may publish can tell an end. */
  @Work('event', RunEventSchema)
  async handle(event: RunEvent, { subject }: WorkContext): Promise<void> {
    checkEventSubject(event, subject, this.bus.prefix);
    const request = await this.requestOf(event);
    if (request) await this.episodes.record(request);
  }

  private async requestOf({ tenant, runId, seq }: RunEvent): Promise<RecordEpisodesRequest | undefined> {
    try {
      const run = await this.rpc.call(RouterService.method.getRun, { tenant, runId });
      const policy = await this.policies.of(run);
      // What nobody remembers need not be read.
      if (policy?.remember !== 'conversations') return undefined;
      return conversationOf(await withOutput(this.rpc, run), seq, policy);
    } catch (error) {
      // A run that has been deleted leaves nothing to remember.
      if (error instanceof SwitchyardError && /^(run|payload)\.not_found$/.test(error.code)) return undefined;
      throw error;
    }
  }
}
