import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '@switchyard/config';
import {
  create,
  SwitchyardError,
  ToolResultSchema,
  type JsonObject,
  type ToolCall,
  type ToolResult,
  contentAddress,
} from '@switchyard/contracts';
import { CONFIG, LOGGER, triggerPoint } from '@switchyard/service';
import type { Logger } from '@switchyard/telemetry';
import { ToolCatalog } from '../catalog/tool-catalog.service.js';
import { ResultCache } from '../limits/result-cache.service.js';
import { ToolGate } from '../limits/tool-gate.service.js';
import { KeptResults } from '../results/kept-results.service.js';
import { within } from '../shared/within.js';
import { AskedInput } from '../questions/asked-input.js';
import { askingResult } from '../questions/asking-result.js';
import { QuestionsRepository } from '../questions/questions.repository.js';
import { InputAwaited, type AnsweredRound } from '../tools/call-input.js';
import { ArgumentValidator } from '../tools/argument-validator.js';
import { effectsOf, type Effect, type Tool } from '../tools/tool.js';
import { HostIdentity } from './host-identity.js';
import { actionFor } from './ledger-rules.js';
import { LedgerRepository, type CallRecord, type LedgerRow, type Settlement } from './ledger.repository.js';
import { RunningCalls } from './running-calls.js';
import { runTool } from './run-tool.js';
import { failureOf } from './tool-results.js';

/** Calls in hand at once; more are refused, and their runs parked: the queue bounds what comes from there. */
const MAX_RUNNING = 1_024;
/** What the longest-running tool may take where another host runs it, besides the tool's own time. */
const WAIT_MARGIN_MS = 5_000;
const DEFAULT_WAIT_MS = 60_000;
const POLL_FIRST_MS = 5;
const POLL_LAST_MS = 200;
/** How long a result that is there is tried to be made durable. */
const SETTLE_FOR_MS = 30_000;
const SETTLE_RETRY_MS = 250;
/** A pure call that runs for longer is worth a commit, so that no second host begins it too. */
const CLAIM_LATE_MS = 200;

export interface Asking {
  /** Aborted when the host must stop at once, or with a coded reason of who asks: what runs is given up. */
  stop?: AbortSignal | undefined;
  /** Who asks is sure that nobody has asked for this call before. */
  isFirst?: boolean;
}

/** What is to be run, or why it cannot be. */
type Prepared = { tool: Tool; args: JsonObject } | { failure: unknown } | { kept: ToolResult };

/**
 * Performs tool calls, each once: the ledger remembers every call by its id, and what it has settled is never run again.
 * A tool's own failure is a result; an error means that the call could not be decided, and may be asked for again.
 */
@Injectable()
export class ToolCallService {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(HostIdentity) private readonly self: HostIdentity,
    @Inject(ToolCatalog) private readonly catalog: ToolCatalog,
    @Inject(ArgumentValidator) private readonly validator: ArgumentValidator,
    @Inject(LedgerRepository) private readonly ledger: LedgerRepository,
    @Inject(RunningCalls) private readonly running: RunningCalls,
    @Inject(ToolGate) private readonly gate: ToolGate,
    @Inject(ResultCache) private readonly cache: ResultCache,
    @Inject(QuestionsRepository) private readonly questions: QuestionsRepository,
    @Inject(KeptResults) private readonly kept: KeptResults,
  ) {}

  /** @throws SwitchyardError `database.…`, `tool.busy`, `tool.overloaded`, `tool.host_stopping`: all retryable */
  async perform(call: ToolCall, { stop, isFirst = false }: Asking = {}): Promise<ToolResult> {
    const argumentsHash = contentAddress({ tool: call.tool, arguments: call.arguments ?? {} });
    const running = this.running.find(call.callId);
    if (running) {
      if (running.tenant !== call.tenant || running.argumentsHash !== argumentsHash) return this.conflict(call);
      return repeated(await running.result);
    }
    if (this.running.size >= MAX_RUNNING) {
      throw new SwitchyardError(
        'tool.overloaded',
        `This tool host has ${MAX_RUNNING} calls in hand. Try again in a moment.`,
        { retryable: true },
      );
    }
    const result = this.decide(call, argumentsHash, { stop, isFirst });
    this.running.add(call.callId, { tenant: call.tenant, argumentsHash, result });
    return result;
  }

  /** A run was cancelled: its calls stop. */
  cancel(runId: string): void {
    const stopped = this.running.cancel(runId);
    if (stopped > 0) this.logger.info({ run_id: runId, calls: stopped }, 'Stopped the calls of a cancelled run');
  }

  /** Once the transports take nothing new: what is in hand may end within the grace, then is given up. */
  async drain(): Promise<void> {
    await within(this.running.idle(), this.config.stopGraceMs);
    this.running.abortAll(stoppingError());
    await within(this.running.idle(), SETTLE_FOR_MS);
  }

  private async decide(call: ToolCall, argumentsHash: string, { stop, isFirst }: Asking): Promise<ToolResult> {
    const ready = this.catalog.ready(call.tool);
    // Finding the tool may take a connection to its server, and beginning the call a wait; a call that is settled needs neither.
    const known = ready && !ready.limits ? undefined : await this.ledger.find(call.callId);
    if (known) return this.followUpOwn(call, argumentsHash, known, stop);
    const prepared = await this.prepare(call, ready);
    const first = async (what: Prepared): Promise<ToolResult> => {
      const record = this.recordOf(call, argumentsHash, effectOf(what, call));
      const row = await this.firstLook(record, isFirst);
      return row ? this.followUpOwn(call, argumentsHash, row, stop) : this.runAndSettle(call, what, record, stop);
    };
    return 'tool' in prepared && prepared.tool.limits ? this.limited(call, prepared, stop, first) : first(prepared);
  }

  /** Nothing is claimed before the call may begin: a host that dies while it waits leaves no doubt. */
  private async limited(
    call: ToolCall,
    prepared: { tool: Tool; args: JsonObject },
    stop: AbortSignal | undefined,
    first: (what: Prepared) => Promise<ToolResult>,
  ): Promise<ToolResult> {
    const { tool, args } = prepared;
    const kept = await this.cache.find(tool, args, call);
    if (kept) return first({ kept });
    return this.abortable(call, stop, async (controller) => {
      try {
        return await this.gate.within(tool, call.callId, controller.signal, async () => {
          const result = await first(prepared);
          await this.cache.keep(tool, args, call, result);
          return result;
        });
      } catch (error) {
        if (!controller.signal.aborted || isRetryable(error)) throw error;
        return first({ failure: error });
      }
    });
  }

  /** Somebody has begun the call with this id before. */
  private followUpOwn(
    call: ToolCall,
    argumentsHash: string,
    row: LedgerRow,
    stop: AbortSignal | undefined,
  ): Promise<ToolResult> | ToolResult {
    if (row.tenant !== call.tenant || row.argumentsHash !== argumentsHash) return this.conflict(call);
    return this.followUp(call, row, stop);
  }

  /**
   * The call is the caller's where there is no row. A call that may be repeated at will is marked as begun only when it
   * lasts: see `claimLate`. Should somebody have asked for it all the same, the result that was there first stands.
   */
  private async firstLook(record: CallRecord, isFirst = false): Promise<LedgerRow | undefined> {
    if (record.effect === 'pure') return isFirst ? undefined : this.ledger.find(record.callId);
    const claim = await this.ledger.claim(record);
    triggerPoint('tool_host.after_claim', () => record.effect);
    return claim === 'claimed' ? undefined : claim;
  }

  /**
   * Somebody has begun this call before.
   *
   * @param mayBegin false for who has just run it and came too late: the retry that somebody decided is for who asks next
   */
  private async followUp(
    call: ToolCall,
    first: LedgerRow,
    stop: AbortSignal | undefined,
    mayBegin = true,
  ): Promise<ToolResult> {
    const deadline =
      Date.now() + (this.catalog.ready(call.tool)?.definition.timeoutMs ?? DEFAULT_WAIT_MS) + WAIT_MARGIN_MS;
    let row = first;
    for (let pause = POLL_FIRST_MS; ; pause = Math.min(pause * 2, POLL_LAST_MS)) {
      switch (actionFor(row, this.self.host)) {
        case 'answer':
          return repeated(row.result ?? create(ToolResultSchema, { callId: call.callId, status: 'unknown' }));
        case 'take_over':
          if (await this.ledger.takeOver(row)) {
            this.logger.warn(
              { call_id: call.callId, tool: call.tool, host: row.host },
              'Took over the call of a host that is gone',
            );
            return this.runAgain(call, { ...row, attempt: row.attempt + 1 }, stop);
          }
          break;
        case 'begin_again':
          if (!mayBegin) throw busy(call);
          if (await this.ledger.beginAgain(row)) return this.runAgain(call, row, stop);
          break;
        case 'mark_unknown': {
          const result = inDoubt(call);
          if (await this.ledger.markUnknown(row, result)) return result;
          break;
        }
        case 'wait':
          if (stop?.aborted) throw stoppingError();
          if (Date.now() > deadline) throw busy(call);
          await sleep(pause);
      }
      row = (await this.ledger.find(call.callId)) ?? row;
    }
  }

  private async runAgain(call: ToolCall, row: LedgerRow, stop: AbortSignal | undefined): Promise<ToolResult> {
    const [prepared, answered] = await Promise.all([
      this.prepare(call, this.catalog.ready(call.tool)),
      this.questions.answered(call.callId),
    ]);
    const record = { ...this.recordOf(call, row.argumentsHash, row.effect), attempt: row.attempt };
    return this.runAndSettle(call, prepared, record, stop, answered);
  }

  private async prepare(call: ToolCall, ready: Tool | undefined): Promise<Prepared> {
    try {
      const tool = ready ?? (await this.catalog.find(call.tool));
      const args = call.arguments ?? {};
      this.validator.check(tool.definition, args);
      return { tool, args };
    } catch (failure) {
      return { failure };
    }
  }

  private async runAndSettle(
    call: ToolCall,
    prepared: Prepared,
    record: CallRecord,
    stop: AbortSignal | undefined,
    answered: readonly AnsweredRound[] = [],
  ): Promise<ToolResult> {
    const late = setTimeout(() => void this.claimLate(record), CLAIM_LATE_MS);
    const result = await this.abortable(call, stop, async (controller) => {
      const outcome = await this.outcomeOf(call, prepared, record, { controller, answered });
      triggerPoint('tool_host.after_effect', () => record.effect);
      const status = outcome.status === 'unknown' ? 'unknown' : 'settled';
      const settled = await this.settle({ record, status, result: outcome });
      triggerPoint('tool_host.after_settle', () => record.effect);
      return settled ? outcome : undefined;
    }).finally(() => clearTimeout(late));
    if (result) return result;
    // Another host has decided this call meanwhile: its word stands, and ours is forgotten.
    const row = await this.ledger.find(call.callId);
    if (!row) throw busy(call);
    this.logger.warn(
      { call_id: call.callId, tool: call.tool, status: row.status, attempt: row.attempt },
      'A result came after its call had been decided elsewhere, and is dropped',
    );
    return this.followUp(call, row, stop, false);
  }

  private async outcomeOf(
    call: ToolCall,
    prepared: Prepared,
    record: CallRecord,
    { controller, answered }: { controller: AbortController; answered: readonly AnsweredRound[] },
  ): Promise<ToolResult> {
    const { startedAt } = record;
    if ('kept' in prepared) return prepared.kept;
    if ('failure' in prepared) return failureOf(call.callId, prepared.failure, 'pure', { startedAt, durationMs: 0 });
    const { callId, tenant } = call;
    const claim = async () => {
      await this.ledger.claim(record);
    };
    const asking = { callId, tenant, signal: controller.signal, claim };
    const input = new AskedInput(asking, this.questions, answered);
    try {
      return await runTool(prepared.tool, prepared.args, call, {
        controller,
        startedAt,
        logger: this.logger,
        input,
        keep: (output, maxBytes) => this.kept.keep(call, output, maxBytes),
      });
    } catch (error) {
      if (error instanceof InputAwaited) return askingResult(call, error.round, startedAt);
      throw error;
    }
  }

  /** Does what a cancel of the run, and the end of this host, abort. */
  private async abortable<Result>(
    call: ToolCall,
    stop: AbortSignal | undefined,
    work: (controller: AbortController) => Promise<Result>,
  ): Promise<Result> {
    const controller = this.running.begin(call.runId);
    const onStop = () => controller.abort(stop?.reason instanceof SwitchyardError ? stop.reason : stoppingError());
    // One signal for all calls of a transport, and a listener for each call in hand: no leak.
    if (stop) setMaxListeners(0, stop);
    stop?.addEventListener('abort', onStop, { once: true });
    try {
      return await work(controller);
    } finally {
      stop?.removeEventListener('abort', onStop);
      this.running.end(call.runId, controller);
    }
  }

  /** Tells other hosts that this one is at a call that lasts. It changes nothing about a call that was claimed at first look. */
  private async claimLate(record: CallRecord): Promise<void> {
    try {
      await this.ledger.claim(record);
    } catch (error) {
      this.logger.warn(
        { err: error, call_id: record.callId },
        'Could not claim a call that lasts; it may be run twice',
      );
    }
  }

  /** The tool has run: a database that is away for a moment is no reason to forget what it gave. */
  private async settle(settlement: Settlement): Promise<boolean> {
    const deadline = Date.now() + SETTLE_FOR_MS;
    for (;;) {
      try {
        return await this.ledger.settle(settlement);
      } catch (error) {
        const again = error instanceof SwitchyardError && error.retryable && Date.now() < deadline;
        if (!again) throw error;
        this.logger.warn(
          { err: error, call_id: settlement.record.callId },
          'A result could not be recorded; trying again',
        );
        await sleep(SETTLE_RETRY_MS);
      }
    }
  }

  private recordOf(call: ToolCall, argumentsHash: string, effect: Effect): CallRecord {
    const { callId, tenant, runId, tool } = call;
    return { callId, tenant, runId, tool, effect, argumentsHash, startedAt: new Date(), attempt: 1 };
  }

  private conflict(call: ToolCall): ToolResult {
    const error = new SwitchyardError(
      'tool.call_conflict',
      `The call id ${call.callId} belongs to another call, with another tool or other arguments. Use a new id for every call.`,
      { details: { call_id: call.callId } },
    );
    return failureOf(call.callId, error, 'pure', { startedAt: new Date(), durationMs: 0 });
  }
}

function effectOf(prepared: Prepared, call: ToolCall): Effect {
  return 'tool' in prepared ? effectsOf(prepared.tool, call).attempts : 'pure';
}

function repeated(result: ToolResult): ToolResult {
  return create(ToolResultSchema, { ...result, repeatedCall: true });
}

function inDoubt(call: ToolCall): ToolResult {
  return create(ToolResultSchema, {
    callId: call.callId,
    status: 'unknown',
    content: [
      { type: 'text', text: 'The tool host stopped while this call ran. Whether it took effect is not known.' },
    ],
    error: {
      code: 'tool.outcome_unknown',
      message: `The tool host stopped while "${call.tool}" ran, and it must not run twice. Find out whether it took effect, then decide.`,
      details: { call_id: call.callId, tool: call.tool },
    },
  });
}

function isRetryable(error: unknown): boolean {
  return error instanceof SwitchyardError && error.retryable;
}

function busy(call: ToolCall): SwitchyardError {
  return new SwitchyardError(
    'tool.busy',
    `Another tool host is still at the call ${call.callId} of "${call.tool}". Ask again later.`,
    {
      retryable: true,
      details: { call_id: call.callId },
    },
  );
}

function stoppingError(): SwitchyardError {
  return new SwitchyardError('tool.host_stopping', 'The tool host is stopping. Ask again: another one will answer.', {
    retryable: true,
  });
}
