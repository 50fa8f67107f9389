import type { RunEventBodyInit, RunState } from '@switchyard/journal';
import { priceOf, type ModelError, type ModelErrorKind, type Profile, type Usage } from '@switchyard/models';
import type { RequestEstimate, RequestGate } from '../turn/request-gate.js';
import { estimateCost } from './estimate-cost.js';

/** Failures that no provider charges for: the request was refused, or never got there. */
const FREE: ReadonlySet<ModelErrorKind> = new Set([
  'rate_limited',
  'overloaded',
  'quota',
  'auth',
  'overflow',
  'unavailable',
  'bad_request',
]);
/** What a proto uint32 holds. */
const MAX_TOKENS = 2 ** 32 - 1;

export interface TurnBudgetInit {
  turn: number;
  /** What the turn is charged to; none: it only settles what others left. */
  scopes: readonly string[];
  profile: Pick<Profile, 'prices'>;
  /** With what is not written yet. */
  state: () => Pick<RunState, 'reserved'>;
  /** Journals these, all or none. @throws RunFailure `budget.exhausted` */
  write: (bodies: RunEventBodyInit[]) => Promise<void>;
}

/**
 * The money of one turn: set aside before a request is sent, settled with the answer. What may have been spent without an
 * answer (by a process that died, by a stream that broke) counts in full before anything more is set aside.
 */
export class TurnBudget implements RequestGate {
  /** What is reserved may be spent already. */
  #spent: boolean;
  #asking = false;

  constructor(private readonly init: TurnBudgetInit) {
    this.#spent = this.#reserved !== null;
  }

  async before(estimate: RequestEstimate): Promise<void> {
    const bodies: RunEventBodyInit[] = [];
    const reserved = this.#reserved;
    if (reserved && this.#spent) bodies.push(settled(reserved));
    if (this.init.scopes.length > 0 && (reserved === null || this.#spent)) bodies.push(this.#reserving(estimate));
    if (bodies.length > 0) await this.init.write(bodies);
    this.#spent = false;
    this.#asking = true;
  }

  failed({ kind }: ModelError): void {
    this.#asking = false;
    this.#spent ||= !FREE.has(kind);
  }

  /** What is journaled with the answer. */
  settlement(usage: Usage): RunEventBodyInit[] {
    const reserved = this.#reserved;
    if (reserved === null) return [];
    const costUsd = priceOf(usage, this.init.profile);
    return [settled({ turn: reserved.turn, costUsd, tokens: usage.inputTokens + usage.outputTokens })];
  }

  /** The turn has failed: frees what was certainly not spent. What may have been stays, and counts when the run goes on or ends. */
  async release(): Promise<void> {
    const reserved = this.#reserved;
    if (reserved === null || this.#spent || this.#asking) return;
    await this.init.write([settled({ turn: reserved.turn, costUsd: 0, tokens: 0 })]);
  }

  get #reserved(): RunState['reserved'] {
    return this.init.state().reserved;
  }

  #reserving(estimate: RequestEstimate): RunEventBodyInit {
    const tokens = Math.min(MAX_TOKENS, Math.ceil(estimate.inputTokens + estimate.outputTokens));
    const costUsd = estimateCost(estimate, this.init.profile);
    return { case: 'budgetReserved', value: { turn: this.init.turn, costUsd, tokens, scopes: [...this.init.scopes] } };
  }
}

function settled({ turn, costUsd, tokens }: { turn: number; costUsd: number; tokens: number }): RunEventBodyInit {
  return { case: 'budgetSettled', value: { turn, costUsd, tokens: Math.min(MAX_TOKENS, tokens) } };
}
