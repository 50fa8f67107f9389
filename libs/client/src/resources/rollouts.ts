import { randomUUID } from 'node:crypto';
import { fromStore, RolloutListSchema, RolloutSchema, type JsonObject, type Rollout } from '@switchyard/contracts';
import type { Http } from '../http.js';

/** What the candidate is held to. */
export interface NewGuardrail {
  /** Default: the measure. */
  name?: string;
  measure: 'success' | 'cost' | 'latency' | 'feedback' | 'overrides' | 'score';
  /** Of a score: the scorer, or the name of the feedback. */
  of?: string;
  /** By so much it may be worse: in points of a share, relative to the baseline's mean of cost and latency. */
  margin?: number;
  /** Chance of a false alarm. Default: 0.05 over all guardrails. */
  alpha?: number;
}

export interface RolloutOptions {
  /** A number, a content address or a beginning of it. */
  candidate: string;
  /** Of new runs, more than 0 and at most 1. Default 0.1. */
  share?: number;
  /** Default thread. */
  sticky?: 'thread' | 'user' | 'run';
  /** Default: success, with a margin of 0.02. */
  guardrails?: NewGuardrail[];
  /** Runs of the candidate after which it is promoted by itself. Default: people promote it. */
  promoteAfter?: number;
  /** The same key is the same rollout. Where there is none, one is made up, so that a lost answer starts nothing twice. */
  idempotencyKey?: string;
}

export type RolloutEnding = 'promoted' | 'rolled_back' | 'stopped';

export interface RolloutFilter {
  agent?: string;
  /** running, promoted, rolled_back, stopped. */
  status?: string;
}

/** Versions of agents that a part of the new runs try. */
export class Rollouts {
  constructor(private readonly http: Http) {}

  /** @throws SwitchyardError `rollout.invalid`, `rollout.conflict`, `agent.not_found` */
  async start(agent: string, options: RolloutOptions): Promise<Rollout> {
    const { candidate, share, sticky, guardrails, promoteAfter, idempotencyKey = randomUUID() } = options;
    const body: JsonObject = {
      candidate,
      idempotency_key: idempotencyKey,
      ...(share === undefined ? {} : { share }),
      ...(sticky === undefined ? {} : { sticky }),
      ...(guardrails === undefined ? {} : { guardrails: guardrails.map((one) => ({ ...one })) }),
      ...(promoteAfter === undefined ? {} : { promote_after: promoteAfter }),
    };
    const path = `/v1/agents/${encodeURIComponent(agent)}/rollouts`;
    return fromStore(RolloutSchema, await this.http.json('POST', path, { body, repeatable: true }));
  }

  /** The newest first. */
  async list(filter: RolloutFilter = {}): Promise<Rollout[]> {
    const found: Rollout[] = [];
    for (let after: string | undefined; ;) {
      const query = { ...filter, after };
      const page = fromStore(RolloutListSchema, await this.http.json('GET', '/v1/rollouts', { query }));
      found.push(...page.rollouts);
      after = page.rollouts.at(-1)?.id;
      if (!page.more || after === undefined) return found;
    }
  }

  /** @throws SwitchyardError `rollout.not_found` */
  async get(id: string): Promise<Rollout> {
    return fromStore(RolloutSchema, await this.http.json('GET', pathOf(id)));
  }

  /** Another share. @throws SwitchyardError `rollout.not_found`, `rollout.invalid`, `rollout.conflict` where it has ended */
  async change(id: string, share: number): Promise<Rollout> {
    return fromStore(RolloutSchema, await this.http.json('PATCH', pathOf(id), { body: { share }, repeatable: true }));
  }

  /** Once: of a rollout that has ended, how it ended. @throws SwitchyardError `rollout.not_found` */
  async end(id: string, status: RolloutEnding, reason = ''): Promise<Rollout> {
    const init = { body: { status, reason }, repeatable: true };
    return fromStore(RolloutSchema, await this.http.json('POST', `${pathOf(id)}/end`, init));
  }
}

function pathOf(id: string): string {
  return `/v1/rollouts/${encodeURIComponent(id)}`;
}
