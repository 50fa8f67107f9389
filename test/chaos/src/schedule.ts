import { setTimeout as delay } from 'node:timers/promises';
import type { Api } from './api.js';
import type { Occurrence, ScheduleSeen } from './check-schedule.js';
import { hasEnded } from './outcome.js';

/** The agent whose tasks a schedule publishes. */
export const TICKER = 'ticker';
const NAME = 'tick';
const EVERY_MS = 2_000;
const CRON = '*/2 * * * * *';
const LOOK_AGAIN_MS = 1_000;
const PAGE = 200;

/** A schedule that publishes a program of no turns every two seconds, and makes up for every time that it missed. */
export class Schedule {
  private constructor(
    private readonly api: Api,
    private readonly first: number,
  ) {}

  static async start(api: Api): Promise<Schedule> {
    const task = { agent: TICKER, input: JSON.stringify({ id: NAME, turns: [] }) };
    const { status, body } = await api.post('/v1/schedules', { name: NAME, cron: CRON, missed: 'all', task });
    if (status >= 300) throw new Error(`no schedule: ${JSON.stringify(body)}`);
    return new Schedule(api, Date.parse(String(body['next_at'])));
  }

  /** Ends it when it has made up for all, and waits for its runs until it is `over`. */
  async finish(over: AbortSignal): Promise<ScheduleSeen> {
    let next = await this.#next();
    while (next <= Date.now() - EVERY_MS && !over.aborted) {
      await delay(LOOK_AGAIN_MS);
      next = await this.#next();
    }
    await this.api.post(`/v1/schedules/${NAME}/pause`, {});
    for (;;) {
      const occurrences = await this.#occurrences();
      if (over.aborted || occurrences.every(hasEnded))
        return { everyMs: EVERY_MS, first: this.first, last: next - EVERY_MS, occurrences };
      await delay(LOOK_AGAIN_MS);
    }
  }

  async #next(): Promise<number> {
    const { body } = await this.api.get(`/v1/schedules/${NAME}`);
    return Date.parse(String(body['next_at']));
  }

  async #occurrences(): Promise<Occurrence[]> {
    const found: Occurrence[] = [];
    for (let before = ''; ;) {
      const { body } = await this.api.get(`/v1/runs?agent=${TICKER}&limit=${PAGE}${before && `&before=${before}`}`);
      const runs = (body['runs'] ?? []) as { run_id: string; status: string; metadata: Record<string, string> }[];
      for (const { run_id: runId, status, metadata } of runs)
        found.push({ runId, status, at: Date.parse(metadata['scheduled_at'] ?? '') });
      before = runs.at(-1)?.run_id ?? '';
      if (body['more'] !== true || before === '') return found;
    }
  }
}
