import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { Bus, RpcClient, TAKING_PARTS, withContent } from '@switchyard/bus';
import type { Config } from '@switchyard/config';
import {
  create,
  SwitchyardError,
  ToolCallSchema,
  ToolResultSchema,
  type JsonObject,
  type ToolCall,
  type ToolResult,
} from '@switchyard/contracts';
import { CONFIG } from '@switchyard/service';
import { ToolCatalog } from '../catalog/tool-catalog.service.js';
import { OutcomeInDoubt } from '../tools/outcome-in-doubt.js';
import { moreCareful, type Effect, type ToolContext } from '../tools/tool.js';
import { innerCallId } from './inner-call-id.js';
import { ToolCallService } from './tool-call.service.js';

/** What a call through another pool costs besides the tool's own time. */
const FORWARD_MARGIN_MS = 2_000;
/** How often a call is asked for that could not be decided. */
const ATTEMPTS = 4;
const FIRST_PAUSE_MS = 100;

/** A call that a call makes. */
export interface InnerCall {
  /** Counts the outer call's calls from 1. */
  order: number;
  tool: string;
  args: JsonObject;
  signal: AbortSignal;
}

/** Calls that are made by a call: each has an id and a row in the ledger of its own, as if a run had made it. */
@Injectable()
export class InnerCalls {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(Bus) private readonly bus: Pick<Bus, 'subjects' | 'request'>,
    @Inject(RpcClient) private readonly rpc: Pick<RpcClient, 'call'>,
    @Inject(ToolCatalog) private readonly catalog: ToolCatalog,
    @Inject(ToolCallService) private readonly calls: ToolCallService,
  ) {}

  /** The most careful class among these tools; `pure` of none. Of one that nobody knows: `irreversible`. */
  effectOf(tools: readonly string[]): Effect {
    return tools
      .map((tool) => this.catalog.definitionOf(tool)?.effect ?? 'irreversible')
      .reduce<Effect>(moreCareful, 'pure');
  }

  /**
   * The call's result: `ok` or `error`.
   *
   * @throws OutcomeInDoubt `tool.outcome_unknown` where it may have taken effect and nobody knows; SwitchyardError retryable
   *   where a call that may be repeated could not be decided; the signal's reason
   */
  async perform(outer: ToolContext, inner: InnerCall): Promise<ToolResult> {
    const { tenant, runId, agent, user, thread } = outer;
    const { tool, args, order, signal } = inner;
    const callId = innerCallId(outer.callId, order);
    const call = create(ToolCallSchema, { tenant, runId, agent, user, thread, callId, tool, arguments: args });
    const result = await this.decided(call, signal).catch((error: unknown) => {
      throw this.effectOf([tool]) === 'irreversible' ? inDoubt(call, error) : error;
    });
    if (result.status === 'unknown') throw inDoubt(call);
    return result;
  }

  /** Asked for until it is decided: it runs once, whoever asks how often. */
  private async decided(call: ToolCall, signal: AbortSignal): Promise<ToolResult> {
    for (let attempt = 1, pause = FIRST_PAUSE_MS; ; attempt += 1, pause *= 4) {
      try {
        return await this.ask(call, signal);
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        const again = error instanceof SwitchyardError && error.retryable && attempt < ATTEMPTS;
        if (!again) throw error;
        await sleep(pause);
      }
    }
  }

  private async ask(call: ToolCall, signal: AbortSignal): Promise<ToolResult> {
    const definition = await this.catalog.locate(call.tool);
    // What belongs to no pool is refused here as well as anywhere.
    if (!definition || definition.pool === '' || definition.pool === this.config.toolHost.pool)
      return this.calls.perform(call, { stop: signal });
    const subject = this.bus.subjects.toolRpc(definition.pool);
    const timeoutMs = definition.timeoutMs + FORWARD_MARGIN_MS;
    const options = { timeoutMs, signal, headers: TAKING_PARTS };
    const result = await this.bus.request(subject, ToolCallSchema, ToolResultSchema, call, options);
    return withContent(this.rpc, call, result, signal);
  }
}

function inDoubt({ callId, tool }: ToolCall, cause?: unknown): OutcomeInDoubt {
  return new OutcomeInDoubt(
    'tool.outcome_unknown',
    `Whether "${tool}" took effect is not known (call ${callId}). Decide that call first, then let this one run again: it finds what its calls came to.`,
    { retryable: false, details: { call_id: callId, tool }, cause },
  );
}
