import { fromStore, QuestionListSchema, type JsonObject, type QuestionRound } from '@switchyard/contracts';
import type { Http } from '../http.js';

export interface QuestionFilter {
  runId?: string | undefined;
  callId?: string | undefined;
  /** At most 100. */
  limit?: number | undefined;
  /** The last call of the page before. */
  before?: string | undefined;
}

/** An answer to one question; `id` may be left out where one is asked. */
export interface QuestionAnswer {
  id?: string;
  /** Default: accept. */
  action?: 'accept' | 'decline' | 'cancel';
  /** Of accept: what the question's schema asks for. */
  content?: JsonObject;
}

/** What tools ask people in the course of their calls. */
export class Questions {
  constructor(private readonly http: Http) {}

  /** Those that nobody has answered, the newest first. */
  async list({ runId, callId, ...filter }: QuestionFilter = {}): Promise<QuestionRound[]> {
    const query = { ...filter, run_id: runId, call_id: callId };
    return fromStore(QuestionListSchema, await this.http.json('GET', '/v1/questions', { query })).rounds;
  }

  /**
   * Answers all that a call asks, and lets it go on. The same answer again changes nothing.
   *
   * @throws SwitchyardError `question.not_found`, `question.answered`, `question.invalid_answer`
   */
  async answer(callId: string, ...answers: QuestionAnswer[]): Promise<void> {
    const body = { answers: answers.map((answer) => ({ ...answer })) };
    await this.http.json('POST', `/v1/questions/${encodeURIComponent(callId)}/answer`, { body, repeatable: true });
  }
}
