import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { fromValue, SwitchyardError, type JsonObject, type JsonValue } from '@switchyard/contracts';
import { metrics } from '@switchyard/telemetry';
import { NOW, type Now } from '../now.js';
import { asTenant } from '../persistence/as-tenant.js';
import { AskerService, costOf } from './asker.service.js';
import { DEFAULT_MAX_USD_PER_DAY } from './daily-limit.js';
import { DerivationRepository } from './derivation.repository.js';
import type { AskKind, Derivation } from './derivation.js';

/** Asks whose key is made here are of no one scope. */
const NO_SCOPE = '0';

/** A question to an agent of which somebody waits for the answer. */
export interface Question<Answer> {
  tenant: string;
  agent: string;
  kind: Exclude<AskKind, 'facts'>;
  input: JsonObject;
  /** Undefined: it makes no sense. The second is how many parts of it were not taken. */
  read: (output: JsonValue) => { answer: Answer; dropped: number } | undefined;
  /** How long whoever asks can wait, in milliseconds. */
  timeoutMs: number;
}

/** What was answered, and by which run. */
export interface Answered<Answer> {
  answer: Answer;
  runId: string;
}

/** Asks agents for what somebody waits for, within what their day may cost. */
@Injectable()
export class AskNowService {
  private readonly asks = metrics.counter('switchyard_memory_asks_total', 'What memory asked agents for.', [
    'kind',
    'outcome',
  ]);

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(DerivationRepository) private readonly derivations: DerivationRepository,
    @Inject(AskerService) private readonly asker: AskerService,
    @Inject(NOW) private readonly now: Now,
  ) {}

  /**
   * Whatever happens is in the record. A run that takes too long is cancelled.
   *
   * @throws SwitchyardError `memory.ask.exhausted` (what its day may cost is spent), `memory.ask.timeout`, both retryable;
   *   `memory.ask.failed`, `memory.ask.unusable` (an answer that makes no sense); what the router threw
   */
  async ask<Answer>(question: Question<Answer>): Promise<Answered<Answer>> {
    const derivation = await this.plan(question);
    const signal = AbortSignal.timeout(question.timeoutMs);
    const end = { status: 'failed' as const, costUsd: 0, dropped: 0, problem: '' };
    try {
      const { answer, dropped, runId, costUsd } = await this.answerOf(derivation, question, signal);
      await this.derivations.endNow(derivation, { ...end, status: 'done', costUsd, dropped }, this.now());
      this.asks.inc({ kind: question.kind, outcome: 'done' });
      return { answer, runId };
    } catch (cause) {
      const error = signal.aborted ? askTimeout(question) : cause;
      const costUsd = error instanceof SwitchyardError ? Number(error.details['cost_usd'] ?? 0) : 0;
      const problem = error instanceof Error ? error.message : String(error);
      this.asks.inc({ kind: question.kind, outcome: 'failed' });
      await this.derivations.endNow(derivation, { ...end, costUsd, problem }, this.now());
      throw error;
    }
  }

  private plan({ tenant, agent, kind }: Question<unknown>): Promise<Derivation> {
    const key = `memory-${kind}-${randomUUID()}`;
    const about = { scopeId: NO_SCOPE, conversation: '', episodes: [], known: [] };
    const maxUsdPerDay = DEFAULT_MAX_USD_PER_DAY;
    return asTenant(this.dataSource, tenant, async (manager) => {
      await this.derivations.lock(manager, tenant);
      const planned = { tenant, key, kind, agent, ...about, maxUsdPerDay };
      const derivation = await this.derivations.plan(manager, planned, this.now());
      // Nobody waits until tomorrow: the record of it goes with the transaction.
      if (derivation.status === 'waiting') throw askExhausted(agent, maxUsdPerDay);
      return derivation;
    });
  }

  private async answerOf<Answer>(derivation: Derivation, question: Question<Answer>, signal: AbortSignal) {
    const { tenant, agent } = derivation;
    const runId = await this.asker.submit(derivation, question.input, signal);
    await this.derivations.accepted(derivation, runId);
    const run = await this.asker.waitFor(tenant, runId, signal);
    if (!run) {
      const stopped = await this.asker.cancel(tenant, runId);
      throw askTimeout(question, costOf(stopped));
    }
    const costUsd = costOf(run);
    if (run.status !== 'completed') throw askFailed(agent, runId, run.error?.message || run.status, costUsd);
    const read = question.read(run.output ? fromValue(run.output) : null);
    if (!read) throw askUnusable(agent, question.kind, runId, costUsd);
    return { ...read, runId, costUsd };
  }
}

function askExhausted(agent: string, maxUsdPerDay: number): SwitchyardError {
  return new SwitchyardError(
    'memory.ask.exhausted',
    `Agent "${agent}" was not asked: what memory may spend on it today ($${maxUsdPerDay.toFixed(2)}) is spent or set aside. It is asked again tomorrow (UTC).`,
    { retryable: true, details: { agent, max_usd_per_day: maxUsdPerDay } },
  );
}

function askTimeout({ agent, timeoutMs }: Question<unknown>, costUsd = 0): SwitchyardError {
  return new SwitchyardError(
    'memory.ask.timeout',
    `Agent "${agent}" did not answer within ${timeoutMs / 1_000} s. Give it a faster backend.`,
    { retryable: true, details: { agent, cost_usd: costUsd } },
  );
}

function askFailed(agent: string, runId: string, why: string, costUsd: number): SwitchyardError {
  return new SwitchyardError('memory.ask.failed', `Agent "${agent}" did not answer (run "${runId}"): ${why}`, {
    details: { agent, run_id: runId, cost_usd: costUsd },
  });
}

function askUnusable(agent: string, kind: string, runId: string, costUsd: number): SwitchyardError {
  return new SwitchyardError(
    'memory.ask.unusable',
    `The answer of agent "${agent}" (run "${runId}") makes no sense. Give it the result_schema of examples/memory-${kind}.yaml.`,
    { details: { agent, run_id: runId, cost_usd: costUsd } },
  );
}
