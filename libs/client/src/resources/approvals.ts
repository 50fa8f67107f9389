import {
  ApprovalListSchema,
  DecisionListSchema,
  fromStore,
  RunSchema,
  type Approval,
  type DecisionMade,
  type JsonObject,
  type Run,
} from '@switchyard/contracts';
import type { Http } from '../http.js';

export interface ApprovalFilter {
  /** Only those of this run, with their arguments however long. */
  runId?: string | undefined;
  /** Runs that are looked at, at most 200. */
  limit?: number | undefined;
  /** The last run of the page before. */
  before?: string | undefined;
}

/** Which decisions are listed; times are RFC 3339. */
export interface DecisionFilter {
  runId?: string | undefined;
  tool?: string | undefined;
  /** "user:<name>", "policy:<name>", "agent". */
  by?: string | undefined;
  since?: string | undefined;
  before?: string | undefined;
  /** At most 200. */
  limit?: number | undefined;
}

/** What is decided about a call. */
export type Decision =
  { decision: 'approved' | 'denied'; reason?: string } | { decision: 'edited'; arguments: JsonObject; reason?: string };

/** Calls that wait for a person. */
export class Approvals {
  constructor(private readonly http: Http) {}

  /** Those of the newest run first. */
  async list({ runId, limit, before }: ApprovalFilter = {}): Promise<Approval[]> {
    const query = { run_id: runId, limit, before };
    return fromStore(ApprovalListSchema, await this.http.json('GET', '/v1/approvals', { query })).approvals;
  }

  /** What was decided, the newest first. */
  async history({ runId, ...filter }: DecisionFilter = {}): Promise<DecisionMade[]> {
    const query = { ...filter, run_id: runId };
    return fromStore(DecisionListSchema, await this.http.json('GET', '/v1/approvals/history', { query })).decisions;
  }

  /**
   * Deciding the same once more changes nothing.
   *
   * @throws SwitchyardError `run.not_found`, `approval.not_waiting` with what became of the call
   */
  async decide(runId: string, callId: string, decision: Decision): Promise<Run> {
    const path = `/v1/runs/${encodeURIComponent(runId)}/approvals/${encodeURIComponent(callId)}`;
    return fromStore(RunSchema, await this.http.json('POST', path, { body: { ...decision }, repeatable: true }));
  }
}
