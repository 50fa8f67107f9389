import { EffectListSchema, EffectSchema, fromStore, type Effect, type JsonValue } from '@switchyard/contracts';
import type { Http } from '../http.js';

export interface EffectFilter {
  /** started, settled, unknown, released. */
  status?: string | undefined;
  runId?: string | undefined;
  /** Only calls of this tool, among the last 100,000. */
  tool?: string | undefined;
  /** Only calls with an error or in doubt, among as many. */
  failed?: boolean | undefined;
  /** At most 200. */
  limit?: number | undefined;
  /** The last call of the page before. */
  before?: string | undefined;
}

/** A decision, and the attempt that it is about, as `get` shows it: one that was made is then not made twice. */
export interface DecisionOptions {
  reason?: string;
  attempt?: number;
}

/** The effect ledger: what became of tool calls, and the decisions on those of which nobody knows. */
export class Effects {
  constructor(private readonly http: Http) {}

  /** The newest first, without results. */
  async list({ runId, failed, ...filter }: EffectFilter = {}): Promise<Effect[]> {
    const query = { ...filter, run_id: runId, failed: failed ? 'true' : undefined };
    return fromStore(EffectListSchema, await this.http.json('GET', '/v1/effects', { query })).effects;
  }

  /** @throws SwitchyardError `effect.not_found` */
  async get(callId: string): Promise<Effect> {
    return fromStore(EffectSchema, await this.http.json('GET', path(callId)));
  }

  /** It did not take effect, or may take effect twice: it runs again. @throws SwitchyardError `effect.not_unknown`, `effect.decided` */
  retry(callId: string, options: DecisionOptions = {}): Promise<Effect> {
    return this.decide(callId, { decision: 'retry', ...options });
  }

  /** It took effect, with this result. @throws SwitchyardError `effect.not_unknown`, `effect.decided` */
  settle(callId: string, result: JsonValue, options: DecisionOptions = {}): Promise<Effect> {
    return this.decide(callId, { decision: 'settle', result, ...options });
  }

  /** It did not take effect, and is not run again. @throws SwitchyardError `effect.not_unknown`, `effect.decided` */
  fail(callId: string, options: DecisionOptions = {}): Promise<Effect> {
    return this.decide(callId, { decision: 'fail', ...options });
  }

  private async decide(
    callId: string,
    decision: DecisionOptions & { decision: string; result?: JsonValue },
  ): Promise<Effect> {
    const body = { ...decision };
    // Named after what it decides about, it may be sent again where its answer was lost.
    const repeatable = (decision.attempt ?? 0) > 0;
    return fromStore(EffectSchema, await this.http.json('POST', `${path(callId)}/decision`, { body, repeatable }));
  }
}

function path(callId: string): string {
  return `/v1/effects/${encodeURIComponent(callId)}`;
}
