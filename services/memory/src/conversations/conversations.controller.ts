import { Controller, Inject } from '@nestjs/common';
import { Bus, checkEventSubject, RpcClient, withOutput, Work, type WorkContext } from '@switchyard/bus';
import {
  RouterService,
  RunEventSchema,
  SwitchyardError,
  type MemoryFacts,
  type RecordEpisodesRequest,
  type RunEvent,
} from '@switchyard/contracts';
import { FactsService } from '../derivations/facts.service.js';
import { EpisodesService } from '../episodes.service.js';
import { AgentPolicies } from './agent-policies.js';
import { conversationOf } from './conversation-of.js';

/** What is remembered of a run, and who finds facts in it. */
interface Wanted {
  request: RecordEpisodesRequest | undefined;
  facts: MemoryFacts | undefined;
}

/**
 * `<prefix>.event.<tenant>.<run>.RunCompleted`, `.RunFailed` and `.RunCancelled`, from the stream EVENTS: what runs said is
 * remembered where their agents say so, and what memory asked for is taken.
 */
@Controller()
export class ConversationsController {
  private readonly policies: AgentPolicies;

  constructor(
    @Inject(EpisodesService) private readonly episodes: EpisodesService,
    @Inject(RpcClient) private readonly rpc: RpcClient,
    @Inject(Bus) private readonly bus: Bus,
    @Inject(FactsService) private readonly facts: FactsService,
  ) {
    this.policies = new AgentPolicies(rpc);
  }

  /** The event says where to look, and the journal what was said: anyone who may publish can tell an end. */
  @Work('event', RunEventSchema)
  async handle(event: RunEvent, { subject }: WorkContext): Promise<void> {
    checkEventSubject(event, subject, this.bus.prefix);
    if (await this.facts.ended(event.tenant, event.runId)) return;
    if (event.body.case !== 'runCompleted') return;
    const { request, facts } = (await this.wanted(event)) ?? {};
    if (!request) return;
    await this.episodes.record(request);
    if (facts && request.scope) await this.facts.ask(request.scope, request.conversation, facts);
  }

  private async wanted({ tenant, runId, seq }: RunEvent): Promise<Wanted | undefined> {
    try {
      const run = await this.rpc.call(RouterService.method.getRun, { tenant, runId });
      const policy = await this.policies.of(run);
      // What nobody remembers need not be read.
      if (policy?.remember !== 'conversations') return undefined;
      return { request: conversationOf(await withOutput(this.rpc, run), seq, policy), facts: policy.facts };
    } catch (error) {
      // A run that has been deleted leaves nothing to remember.
      if (error instanceof SwitchyardError && /^(run|payload)\.not_found$/.test(error.code)) return undefined;
      throw error;
    }
  }
}
