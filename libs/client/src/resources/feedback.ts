import {
  FeedbackListSchema,
  FeedbackSchema,
  fromStore,
  type Feedback as FeedbackMessage,
  type JsonObject,
} from '@switchyard/contracts';
import type { Http } from '../http.js';

export interface FeedbackOptions {
  /** What was asked; "rating" where absent. */
  name?: string | undefined;
  comment?: string | undefined;
  /** The same id is the same word, however often it is sent. */
  id?: string | undefined;
  /** When it was said, where that is not now. */
  at?: Date | undefined;
}

export interface FeedbackFilter {
  runId?: string | undefined;
  agent?: string | undefined;
  /** All that was ever said, and not only what counts. */
  revisions?: boolean | undefined;
  /** At most 500. */
  limit?: number | undefined;
}

/** What people say of runs. */
export class Feedback {
  constructor(private readonly http: Http) {}

  /**
   * @param value true, false, or a number from 0 to 1; null takes back what was said before
   * @throws SwitchyardError `feedback.invalid`, `feedback.conflict`, `run.not_found`
   */
  async give(
    runId: string,
    value: boolean | number | null,
    { name, comment, id, at }: FeedbackOptions = {},
  ): Promise<FeedbackMessage> {
    const body: JsonObject = {
      value,
      ...(name ? { name } : {}),
      ...(comment ? { comment } : {}),
      ...(id ? { id } : {}),
      ...(at ? { at: at.toISOString() } : {}),
    };
    return fromStore(FeedbackSchema, await this.http.json('POST', `${ofRun(runId)}`, { body }));
  }

  /** The newest first. */
  async list({ runId, agent, revisions, limit }: FeedbackFilter = {}): Promise<FeedbackMessage[]> {
    const query = { agent, limit, ...(revisions ? { revisions: 'true' } : {}) };
    const path = runId === undefined ? '/v1/feedback' : ofRun(runId);
    return fromStore(FeedbackListSchema, await this.http.json('GET', path, { query })).feedback;
  }
}

function ofRun(runId: string): string {
  return `/v1/runs/${encodeURIComponent(runId)}/feedback`;
}
