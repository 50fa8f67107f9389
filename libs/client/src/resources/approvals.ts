import {
  ApprovalListSchema,
  fromStore,
  RunSchema,
  type Approval,
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
