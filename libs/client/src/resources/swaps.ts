import { fromStore, SwapListSchema, SwapSchema, type JsonObject, type Swap } from '@switchyard/contracts';
import type { Http } from '../http.js';
import type { NewGuardrail } from './rollouts.js';

/** What an agent is swapped to: one of the three. */
export interface SwapTarget {
  backend?: string | undefined;
  /** A number, a content address or a beginning of it. */
  version?: string | undefined;
  /** As written. */
  definition?: JsonObject | undefined;
}

export interface SwapOptions {
  /** As its file has it, or the name of one that was applied. Default: recorded runs are replayed instead. */
  suite?: JsonObject | string | undefined;
  /** Of a suite that is named. Default: the newest. */
  suiteVersion?: string | undefined;
  repeats?: number | undefined;
  /** Recorded runs that are replayed. Default: none where there is a suite, else 50. */
  replay?: number | undefined;
  /** By how much scores may be worse. Default: 0.02. */
  margin?: number | undefined;
  /** US dollars over all evaluations. Default: no limit. */
  maxCostUsd?: number | undefined;
  /** Of new runs, in the canary. Default: 0.1. */
  share?: number | undefined;
  /** Default: thread. */
  sticky?: 'thread' | 'user' | 'run' | undefined;
  /** Default: success, with a margin of 0.02. */
  guardrails?: NewGuardrail[] | undefined;
  /** Compared runs after which the candidate is promoted; 0: by people. Default: 300. */
  promoteAfter?: number | undefined;
  /** False: ends with the certificate. */
  canary?: boolean | undefined;
  /** A person says whether the canary begins. */
  approve?: boolean | undefined;
  /** Only says what would be done, and what that would take. */
  dryRun?: boolean | undefined;
}

export interface SwapFilter {
  agent?: string | undefined;
  status?: string | undefined;
}

/** Agents' backends and versions, swapped with proof. */
export class Swaps {
  constructor(private readonly http: Http) {}

  /**
   * Goes on by itself from then on: see `get`.
   *
   * @throws SwitchyardError `swap.invalid`, `swap.conflict` (one is under way), `swap.same_backend`, `backend.not_found`, `suite.invalid`
   */
  async start(agent: string, to: SwapTarget, options: SwapOptions = {}): Promise<Swap> {
    return fromStore(SwapSchema, await this.http.json('POST', '/v1/swaps', { body: requestOf(agent, to, options) }));
  }

  /** @throws SwitchyardError `swap.not_found` */
  async get(id: string): Promise<Swap> {
    return fromStore(SwapSchema, await this.http.json('GET', pathOf(id)));
  }

  /** The newest first. */
  async list(filter: SwapFilter = {}): Promise<Swap[]> {
    const query = { ...filter };
    return fromStore(SwapListSchema, await this.http.json('GET', '/v1/swaps', { query })).swaps;
  }

  /** Ends it; of a swap that has ended, how it ended. @throws SwitchyardError `swap.not_found` */
  async stop(id: string, reason = ''): Promise<Swap> {
    return fromStore(
      SwapSchema,
      await this.http.json('POST', `${pathOf(id)}/stop`, { body: { reason }, repeatable: true }),
    );
  }

  /** Lets its canary begin. @throws SwitchyardError `swap.not_found`, `swap.conflict` where it does not wait for that */
  async approve(id: string, reason = ''): Promise<Swap> {
    return fromStore(
      SwapSchema,
      await this.http.json('POST', `${pathOf(id)}/approve`, { body: { reason }, repeatable: true }),
    );
  }
}

function requestOf(agent: string, to: SwapTarget, options: SwapOptions): JsonObject {
  const { suite, guardrails } = options;
  const written: Record<string, JsonObject[string] | undefined> = {
    ...{ agent, to_backend: to.backend, to_version: to.version, definition: to.definition },
    ...(typeof suite === 'string' ? { suite_name: suite, suite_version: options.suiteVersion } : { suite }),
    ...{ repeats: options.repeats, replay: options.replay, margin: options.margin, max_cost_usd: options.maxCostUsd },
    ...{ share: options.share, sticky: options.sticky, promote_after: options.promoteAfter },
    guardrails: guardrails?.map((one) => ({ ...one })),
    no_canary: options.canary === false ? true : undefined,
    ...{ approve: options.approve, dry_run: options.dryRun },
  };
  return Object.fromEntries(
    Object.entries(written).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}

function pathOf(id: string): string {
  return `/v1/swaps/${encodeURIComponent(id)}`;
}
