import { Inject, Injectable } from '@nestjs/common';
import type { AgentVersion, ToolDefinition } from '@switchyard/contracts';
import type { OpenCall, RunEventBodyInit, RunState } from '@switchyard/journal';
import { LOGGER } from '@switchyard/service';
import type { Logger } from '@switchyard/telemetry';
import { ToolsService } from '../context/tools.service.js';
import { ToolCallsService } from '../tools/tool-calls.service.js';
import { approvalOfCall } from './approval-of-call.js';
import { EditedCalls } from './edited-calls.service.js';
import { GrantedTools } from './granted-tools.service.js';
import { OwnCalls } from './own-calls.js';
import type { WaitingCall } from './parking.js';

/** The open calls of a run that is in hand. */
export interface CallsInHand {
  /** With what is not written yet. */
  state: RunState;
  /** Those without a result. */
  calls: readonly OpenCall[];
  agent: AgentVersion;
  /** The run was parked: what is slow is on the queue already, and is asked for its result. */
  woken: boolean;
  /** Ids of calls that tool hosts may have been asked for already. */
  asked: ReadonlySet<string>;
  /** The last thing before tool hosts are asked. @throws SwitchyardError `journal.conflict` where the run does not go on here */
  confirm: () => Promise<void>;
  signal: AbortSignal;
}

/** How far they are. */
export interface CallsAdvanced {
  /** What became of them, for the journal. */
  bodies: RunEventBodyInit[];
  /** In the order of the calls; none where all are settled. */
  waiting: WaitingCall[];
  /** Those of them for the work queue of their tools. */
  late: OpenCall[];
  /** What those that run code may call in turn. */
  granted: readonly string[];
}

/** Looks at every open call of a turn: asks tool hosts for tools, settles what the run settles itself, waits for people. */
@Injectable()
export class OpenCallsService {
  constructor(
    @Inject(OwnCalls) private readonly own: OwnCalls,
    @Inject(ToolsService) private readonly tools: ToolsService,
    @Inject(GrantedTools) private readonly grants: GrantedTools,
    @Inject(EditedCalls) private readonly edited: EditedCalls,
    @Inject(ToolCallsService) private readonly toolCalls: ToolCallsService,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** @throws the signal's reason when it is aborted; SwitchyardError retryable where a call cannot be decided now */
  async advance(inHand: CallsInHand, now: Date = new Date()): Promise<CallsAdvanced> {
    const outcomes = new Map<string, WaitingCall>();
    const bodies: RunEventBodyInit[] = [];
    const denied = await this.edited.denied(inHand.state, inHand.calls, inHand.agent);
    const performed = inHand.calls.filter((call) => {
      const refusal = denied.get(call.callId);
      if (refusal) bodies.push(refusal);
      if (refusal) return false;
      const approval = approvalOfCall(call, now);
      if (approval.is === 'refused') bodies.push(...approval.bodies);
      if (approval.is === 'open')
        outcomes.set(call.callId, {
          call,
          reason: 'approval',
          ...(approval.until ? { until: approval.until } : {}),
        });
      return approval.is === 'given';
    });
    const ofTools = performed.filter(({ kind }) => kind === 'tool');
    const own = performed.filter(({ kind }) => kind !== 'tool');
    const [asked] = await Promise.all([
      ofTools.length > 0 ? this.ask(inHand, ofTools) : { settled: [], late: [], unknown: [], asking: [], granted: [] },
      ...own.map(async (call) => {
        const outcome = await this.own.of(call.kind).advance(inHand.state, call, inHand.agent, now);
        bodies.push(...outcome.bodies);
        if (outcome.is === 'settled') return;
        const { reason, until } = outcome;
        outcomes.set(call.callId, { call, reason, ...(until ? { until } : {}) });
      }),
    ]);
    bodies.push(...asked.settled);
    for (const call of asked.late) outcomes.set(call.callId, { call, reason: 'tool' });
    for (const call of asked.unknown) outcomes.set(call.callId, { call, reason: 'unknown' });
    for (const call of asked.asking) outcomes.set(call.callId, { call, reason: 'input' });
    const waiting = inHand.calls.flatMap(({ callId }) => outcomes.get(callId) ?? []);
    return { bodies, waiting, late: asked.late, granted: asked.granted };
  }

  private async ask({ state, agent, woken, asked, confirm, signal }: CallsInHand, calls: readonly OpenCall[]) {
    const [definitions, granted] = await Promise.all([
      woken ? [] : this.definitionsIfKnown(state.tenant, agent),
      this.grants.of(state.tenant, agent, calls),
    ]);
    const outcomes = await this.toolCalls.settle(state, calls, definitions, { asked, granted, confirm, signal });
    return { ...outcomes, granted };
  }

  /** They only tell which tools are slow; without them every call is asked for, and parks when nobody answers. */
  private async definitionsIfKnown(tenant: string, agent: AgentVersion): Promise<ToolDefinition[]> {
    try {
      return await this.tools.of(tenant, agent);
    } catch (error) {
      this.logger.debug({ err: error, agent: agent.definition?.name }, 'Tool definitions are not to be had');
      return [];
    }
  }
}
