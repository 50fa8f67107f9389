import { setTimeout as delay } from 'node:timers/promises';
import type { JsonObject } from '@switchyard/contracts';
import type { Api } from './api.js';
import { answerTo } from './program.js';
import type { Random } from './random.js';
import type { Witness } from './witness.js';

const LOOK_EVERY_MS = 700;
const PAGE = 200;

interface OpenCall {
  callId: string;
  kind: string;
  tool: string;
  arguments: { step?: string; question?: string };
  approval: string;
  result: object | null;
  answer: object | null;
}

/** The people around the runs: they answer, approve and deny, and decide what became of effects in doubt. */
export class People {
  /** Steps whose call a person refused, or declared as not done: their result is an error. */
  readonly refused = new Set<string>();
  /** Effects in doubt that were decided. */
  decided = 0;
  readonly #stop = new AbortController();

  constructor(
    private readonly api: Api,
    private readonly witness: Witness,
    private readonly random: Random,
    /** Share of approvals that are refused. */
    private readonly denied = 0.15,
  ) {}

  async run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      await this.#look();
      await delay(LOOK_EVERY_MS, undefined, { signal: this.#stop.signal }).catch(() => undefined);
    }
  }

  stop(): void {
    this.#stop.abort();
  }

  async #look(): Promise<void> {
    for (const runId of await this.#waiting()) {
      const { status, body } = await this.api.get(`/v1/runs/${runId}/state`);
      if (status !== 200) continue;
      for (const call of (body['open_calls'] ?? []) as unknown as OpenCall[]) await this.#attend(runId, call);
    }
  }

  async #waiting(): Promise<string[]> {
    const found: string[] = [];
    for (let before = ''; ;) {
      const { body } = await this.api.get(`/v1/runs?status=waiting&limit=${PAGE}${before && `&before=${before}`}`);
      const runs = (body['runs'] ?? []) as { run_id: string }[];
      found.push(...runs.map(({ run_id }) => run_id));
      before = runs.at(-1)?.run_id ?? '';
      if (body['more'] !== true || before === '') return found;
    }
  }

  async #attend(runId: string, call: OpenCall): Promise<void> {
    if (call.result !== null) return;
    if (call.kind === 'ask' && call.answer === null) return this.#answer(runId, call);
    if (call.approval === 'requested') return this.#approve(runId, call);
    if (call.kind === 'tool') return this.#decide(call);
  }

  async #answer(runId: string, { callId, arguments: { question = '' } }: OpenCall): Promise<void> {
    const step = /What of (.*)\?/.exec(question)?.[1] ?? '';
    const input = { call_id: callId, input: answerTo(step), idempotency_key: `answer-${callId}` };
    await this.api.post(`/v1/runs/${runId}/input`, input);
  }

  async #approve(runId: string, { callId, arguments: { step = '' } }: OpenCall): Promise<void> {
    // Asked twice, a person says the same: what was decided first may not have been seen yet.
    const denied = this.refused.has(step) || this.random.chance(this.denied);
    if (denied) this.refused.add(step);
    const decision: JsonObject = { decision: denied ? 'denied' : 'approved', reason: 'chaos' };
    await this.api.post(`/v1/runs/${runId}/approvals/${callId}`, decision);
  }

  async #decide({ callId, arguments: { step = '' }, tool }: OpenCall): Promise<void> {
    const { status, body } = await this.api.get(`/v1/effects/${callId}`);
    if (status !== 200 || body['status'] !== 'unknown') return;
    this.decided += 1;
    if (this.witness.count(step) > 0) {
      const result = `${tool.replace(/^witness_/, '')} ${step}`;
      await this.api.post(`/v1/effects/${callId}/decision`, {
        decision: 'settle',
        result,
        reason: 'the witness has it',
      });
      return;
    }
    this.refused.add(step);
    await this.api.post(`/v1/effects/${callId}/decision`, { decision: 'fail', reason: 'the witness has it not' });
  }
}
