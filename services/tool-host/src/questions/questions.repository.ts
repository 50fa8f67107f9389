import { Inject, Injectable } from '@nestjs/common';
import { SwitchyardError } from '@switchyard/contracts';
import { inTransaction, sql } from '@switchyard/persistence';
import { DataSource } from 'typeorm';
import type { Answer, AnsweredRound, Question, QuestionRound } from '../tools/call-input.js';

/** A round that nobody has answered. */
export interface OpenRound {
  call_id: string;
  round: number;
  run_id: string;
  tool: string;
  questions: Question[];
  held: boolean;
  asked_at: Date;
}

interface RoundRow {
  round: number;
  questions: Question[];
  state: string | null;
  held: boolean;
  answers: Answer[] | null;
  answered_by: string | null;
  answered_at: Date | null;
}

/** Which of them wait for somebody: their calls do. */
const WAITS = `q.answers IS NULL AND c.status = CASE WHEN q.held THEN 'started' ELSE 'unknown' END`;
const COLUMNS = 'round, questions, state, held, answers, answered_by, answered_at';

/** Questions of calls, and their answers: one row a round. */
@Injectable()
export class QuestionsRepository {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** What a call has asked before and was answered, oldest first. */
  async answered(callId: string): Promise<AnsweredRound[]> {
    const rows = await this.rows(callId);
    return rows.flatMap(({ questions, state, held, answers }) =>
      answers ? [{ questions, held, answers, ...(state === null ? {} : { state }) }] : [],
    );
  }

  /** Asks. A round that was asked before and has no answer is asked in these words now. */
  async ask(callId: string, tenant: string, round: number, { questions, state, held }: QuestionRound): Promise<void> {
    await sql(
      this.dataSource,
      `INSERT INTO effects.questions AS q (call_id, round, tenant, questions, state, held, asked_at)
       VALUES ($1, $2, $3, $4::jsonb, $5, $6, clock_timestamp())
       ON CONFLICT (call_id, round) DO UPDATE SET questions = excluded.questions, state = excluded.state,
         held = excluded.held, asked_at = excluded.asked_at WHERE q.answers IS NULL`,
      [callId, round, tenant, storable(questions), state ?? null, held],
    );
  }

  /** Undefined where nobody has answered. */
  async answersTo(callId: string, round: number): Promise<Answer[] | undefined> {
    const rows = await this.rows(callId);
    return rows.find((row) => row.round === round)?.answers ?? undefined;
  }

  /** Those that wait for somebody, the newest first. */
  open(tenant: string, filter: { runId: string; callId: string; before: string; limit: number }): Promise<OpenRound[]> {
    return sql<OpenRound>(
      this.dataSource,
      `SELECT q.call_id, q.round, c.run_id, c.tool, q.questions, q.held, q.asked_at
       FROM effects.questions q JOIN effects.calls c USING (call_id)
       WHERE q.tenant = $1 AND ($2 = '' OR c.run_id = $2) AND ($3 = '' OR q.call_id = $3) AND ($4 = '' OR q.call_id < $4) AND ${WAITS}
       ORDER BY q.call_id DESC LIMIT ${Math.trunc(filter.limit)}`,
      [tenant, filter.runId, filter.callId, filter.before],
    );
  }

  /**
   * Answers the round that waits, for good, and lets a call that has ended with it be made again: one commit. The same answers
   * again change nothing.
   *
   * @param check of the answers, against the questions as they stand
   * @throws SwitchyardError `question.not_found`, `question.answered`, and what `check` throws
   */
  answer(
    tenant: string,
    callId: string,
    by: string,
    check: (questions: readonly Question[]) => Answer[],
  ): Promise<void> {
    return inTransaction(this.dataSource, async (manager) => {
      const [call] = await sql<{ status: string }>(
        manager,
        'SELECT status FROM effects.calls WHERE call_id = $1 AND tenant = $2 FOR NO KEY UPDATE',
        [callId, tenant],
      );
      const [last] = await sql<RoundRow>(
        manager,
        `SELECT ${COLUMNS} FROM effects.questions WHERE call_id = $1 AND tenant = $2 ORDER BY round DESC LIMIT 1 FOR UPDATE`,
        [callId, tenant],
      );
      if (!call || !last) throw notFound(callId);
      const answers = check(last.questions);
      if (last.answers) {
        if (storable(answers) === storable(last.answers)) return;
        throw answeredAlready(callId, last);
      }
      if (call.status !== (last.held ? 'started' : 'unknown')) throw notFound(callId);
      await sql(
        manager,
        `UPDATE effects.questions SET answers = $3::jsonb, answered_by = $4, answered_at = clock_timestamp()
         WHERE call_id = $1 AND round = $2`,
        [callId, last.round, storable(answers), by],
      );
      if (last.held) return;
      // The next attempt, as after a decision of a call in doubt: whoever asks for the call begins, and its run is told.
      await sql(
        manager,
        `UPDATE effects.calls SET status = 'released', result = NULL, settled_at = NULL, host = '', attempt = attempt + 1,
                wake_at = clock_timestamp()
         WHERE call_id = $1`,
        [callId],
      );
    });
  }

  private rows(callId: string): Promise<RoundRow[]> {
    return sql<RoundRow>(
      this.dataSource,
      `SELECT ${COLUMNS} FROM effects.questions WHERE call_id = $1 ORDER BY round`,
      [callId],
    );
  }
}

/** With the keys of objects in one order, and without what jsonb cannot hold. */
function storable(value: readonly (Question | Answer)[]): string {
  const text = JSON.stringify(value, (_, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
  return text.replace(/\\(?:\\|u0000|ud[89a-f][0-9a-f]{2})/g, (escape) =>
    escape === '\\\\' ? escape : escape === '\\u0000' ? '' : '\ufffd',
  );
}

function notFound(callId: string): SwitchyardError {
  return new SwitchyardError(
    'question.not_found',
    `The call ${callId.slice(0, 64)} asks nothing: it never did, or it has ended. \`switchyard questions list\` shows what is asked.`,
    { details: { call_id: callId.slice(0, 64) } },
  );
}

function answeredAlready(callId: string, { answered_by: by, answered_at: at }: RoundRow): SwitchyardError {
  const time = at?.toISOString() ?? '';
  return new SwitchyardError(
    'question.answered',
    `The question of call ${callId} was answered already, by ${by ?? 'somebody'} at ${time}. An answer stands.`,
    { details: { call_id: callId, by: by ?? '', time } },
  );
}
