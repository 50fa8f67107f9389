import { Inject, Injectable } from '@nestjs/common';
import { Bus, RpcClient, TAKING_PARTS, withContent } from '@switchyard/bus';
import type { Config } from '@switchyard/config';
import {
  FIRST_ASK,
  RUN_JAVASCRIPT,
  SwitchyardError,
  ToolCallSchema,
  toErrorInfo,
  ToolResultSchema,
  ToolWorkSchema,
  type MessageInitShape,
  type ToolDefinition,
} from '@switchyard/contracts';
import type { OpenCall, RunEventBodyInit, RunState } from '@switchyard/journal';
import { CONFIG, LOGGER } from '@switchyard/service';
import { GENAI, metrics, OPERATION, SpanKind, SWITCHYARD, withSpan, type Logger } from '@switchyard/telemetry';

/** What became of calls that were asked for. */
export interface ToolOutcomes {
  /** ToolCallSettled of each call that has a result, for the next append. */
  settled: RunEventBodyInit[];
  /** No answer in time, or known to be slow: for the work queue. */
  late: OpenCall[];
  /** Irreversible, and nobody knows whether it happened: for a person. */
  unknown: OpenCall[];
  /** The tool has asked a person, and is asked again when there is an answer. */
  asking: OpenCall[];
}

/** Who calls: as much of the run as a tool host is told. */
type Caller = Pick<RunState, 'tenant' | 'runId' | 'agent' | 'user' | 'thread' | 'backend'>;
type Outcome =
  | { is: 'settled'; result: MessageInitShape<typeof ToolResultSchema> }
  | { is: 'late' }
  | { is: 'unknown' }
  | { is: 'asking' };

export interface Asking {
  /** Ids of calls that hosts may have been asked for already. */
  asked: ReadonlySet<string>;
  /** What calls that run code may call in turn. */
  granted: readonly string[];
  /** The last thing before a host is asked. What it throws is thrown on. */
  confirm: () => Promise<void>;
  signal: AbortSignal;
}

/** Asks tool hosts for calls: by request first, by the work queue when it takes long. The ledger there runs a call once. */
@Injectable()
export class ToolCallsService {
  constructor(
    @Inject(Bus) private readonly bus: Bus,
    @Inject(RpcClient) private readonly rpc: RpcClient,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Asks for all calls at once and waits for each no longer than the configured time.
   *
   * @param definitions tells which tools are slow: those are not waited for; pass none to ask for every call
   * @throws the signal's reason when it is aborted
   */
  async settle(
    caller: Caller,
    calls: readonly OpenCall[],
    definitions: readonly ToolDefinition[],
    asking: Asking,
  ): Promise<ToolOutcomes> {
    const slow = new Set(definitions.filter((tool) => tool.slow).map((tool) => tool.name));
    const outcomes = await Promise.all(
      calls.map(async (call) => ({
        call,
        outcome: slow.has(call.tool) ? { is: 'late' as const } : await this.ask(caller, call, asking),
      })),
    );
    return {
      settled: outcomes.flatMap(({ call, outcome }): RunEventBodyInit[] =>
        outcome.is === 'settled'
          ? [{ case: 'toolCallSettled', value: { tool: call.tool, result: outcome.result } }]
          : [],
      ),
      late: outcomes.filter(({ outcome }) => outcome.is === 'late').map(({ call }) => call),
      unknown: outcomes.filter(({ outcome }) => outcome.is === 'unknown').map(({ call }) => call),
      asking: outcomes.filter(({ outcome }) => outcome.is === 'asking').map(({ call }) => call),
    };
  }

  /**
   * Puts calls of a parked run on the work queue; settled there, they wake the run.
   *
   * @param options.again set where the run was woken and the call is still open: makes it a new message, for the wake-up that the
   *   first one would give may have been used up. The call's id stays: the ledger runs it once.
   */
  async enqueue(
    caller: Caller,
    calls: readonly OpenCall[],
    { again = '', granted }: { again?: string; granted: readonly string[] },
  ): Promise<void> {
    await Promise.all(
      calls.map((call) => {
        const subject = this.bus.subjects.tool(this.poolOf(call), call.callId);
        const msgId = again === '' ? call.callId : `${call.callId}:${again}`;
        return this.bus.publish(subject, ToolWorkSchema, { call: messageOf(caller, call, granted) }, { msgId });
      }),
    );
    metrics
      .counter('switchyard_executor_tool_calls_queued_total', 'Tool calls whose run was parked.')
      .inc(calls.length);
  }

  private ask(caller: Caller, call: OpenCall, asking: Asking): Promise<Outcome> {
    const attributes = {
      [GENAI.operation]: OPERATION.executeTool,
      [GENAI.toolName]: call.tool,
      [GENAI.toolCallId]: call.callId,
      [GENAI.agentName]: caller.agent,
      [SWITCHYARD.run]: caller.runId,
      [SWITCHYARD.effect]: call.effect,
      [SWITCHYARD.pool]: call.pool,
    };
    return withSpan(`${OPERATION.executeTool} ${call.tool}`, { kind: SpanKind.CLIENT, attributes }, async (span) => {
      const outcome = await this.request(caller, call, asking);
      span.setAttribute(
        'switchyard.tool.outcome',
        outcome.is === 'settled' ? (outcome.result.status ?? '') : outcome.is,
      );
      return outcome;
    });
  }

  private async request(caller: Caller, call: OpenCall, { asked, granted, confirm, signal }: Asking): Promise<Outcome> {
    const subject = this.bus.subjects.toolRpc(this.poolOf(call));
    const timeoutMs = this.config.executor.toolWaitMs;
    try {
      const answer = await this.bus.request(
        subject,
        ToolCallSchema,
        ToolResultSchema,
        messageOf(caller, call, granted),
        {
          timeoutMs,
          signal,
          beforeSend: confirm,
          headers: asked.has(call.callId) ? TAKING_PARTS : { ...TAKING_PARTS, [FIRST_ASK]: '1' },
        },
      );
      const result = answer.apart
        ? await withContent(this.rpc, { tenant: caller.tenant, callId: call.callId }, answer, signal)
        : answer;
      if (result.status === 'unknown')
        return result.error?.code === 'tool.input_required' ? { is: 'asking' } : { is: 'unknown' };
      return { is: 'settled', result: { ...result, callId: call.callId } };
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      // Nothing was asked: another one has the run, or it has ended.
      if (error instanceof SwitchyardError && error.code === 'journal.conflict') throw error;
      return this.afterError(call, error);
    }
  }

  /** Whatever may have begun must not be given up: only a refusal is a result, all else goes to the work queue. */
  private afterError(call: OpenCall, error: unknown): Outcome {
    if (error instanceof SwitchyardError && !error.retryable) {
      return { is: 'settled', result: { callId: call.callId, status: 'error', error: toErrorInfo(error) } };
    }
    this.logger.info(
      { err: error, call: call.callId, tool: call.tool },
      'A tool call was not answered in time; its run is parked',
    );
    return { is: 'late' };
  }

  private poolOf(call: OpenCall): string {
    return call.pool || this.config.toolHost.pool;
  }
}

function messageOf(
  caller: Caller,
  call: OpenCall,
  granted: readonly string[],
): MessageInitShape<typeof ToolCallSchema> {
  const { tenant, runId, agent, user, thread, backend } = caller;
  return {
    tenant,
    runId,
    agent,
    user,
    thread,
    backend,
    callId: call.callId,
    tool: call.tool,
    arguments: call.arguments,
    // A tool host of an earlier version refuses the field, and has no such tool.
    ...(call.tool === RUN_JAVASCRIPT ? { grantedTools: [...granted] } : {}),
  };
}
