import { setTimeout as delay } from 'node:timers/promises';
import type { JsonObject } from '@switchyard/contracts';
import type { Api } from './api.js';
import { isForNobody } from './moves.js';
import { answerTo } from './program.js';
import type { Random } from './random.js';
import type { Witness } from './witness.js';

/** How soon after the news that a run waits somebody looks at it, in milliseconds. */
const LOOK_MS = 100;
/** All that wait are looked through so often, in milliseconds: news get lost with the bus. */
const SWEEP_MS = 10_000;
/** Who look at runs at once. */
const PERSONS = 6;
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
  /** Calls in doubt that were decided. */
  readonly #decided = new Set<string>();
  /** What was said of calls that ask for approval: asked twice, a person says the same. */
  readonly #approved = new Map<string, boolean>();
  readonly #due = new Set<string>();
  readonly #stop = new AbortController();

  constructor(
    private readonly api: Api,
    private readonly witness: Witness,
    private readonly random: Random,
    /** Share of approvals that are refused. */
    private readonly denied = 0.15,
  ) {}

  /** Effects in doubt that were decided. */
  get decided(): number {
    return this.#decided.size;
  }

  /** This run may wait for a person. */
  waits(runId: string): void {
    this.#due.add(runId);
  }

  async run(): Promise<void> {
    await Promise.all([this.#sweep(), ...Array.from({ length: PERSONS }, () => this.#person())]);
  }

  stop(): void {
    this.#stop.abort();
  }

  async #sweep(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      for (const runId of await this.#waiting().catch(() => [])) this.#due.add(runId);
      await this.#pause(SWEEP_MS);
    }
  }

  async #person(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const [runId] = this.#due;
      if (runId === undefined) {
        await this.#pause(LOOK_MS);
        continue;
      }
      this.#due.delete(runId);
      // Where nobody answered for long, the next sweep finds the run again; that it is not helped is seen in its end.
      await this.#look(runId).catch(() => undefined);
    }
  }

  async #look(runId: string): Promise<void> {
    const { status, body } = await this.api.get(`/v1/runs/${runId}/state`);
    if (status !== 200) return;
    for (const call of (body['open_calls'] ?? []) as unknown as OpenCall[]) await this.#attend(runId, call);
  }

  async #pause(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.#stop.signal }).catch(() => undefined);
  }

  async #waiting(): Promise<string[]> {
    const found: string[] = [];
    for (let before = ''; ;) {
      const { body } = await this.api.get(`/v1/runs?status=waiting&limit=${PAGE}${before && `&before=${before}`}`);
      const runs = (body['runs'] ?? []) as { run_id: string; wait?: { reason?: string } }[];
      found.push(...runs.filter(({ wait }) => !isForNobody(wait?.reason)).map(({ run_id }) => run_id));
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
    const approved = this.#approved.get(callId) ?? !this.random.chance(this.denied);
    this.#approved.set(callId, approved);
    if (!approved) this.refused.add(step);
    const decision: JsonObject = { decision: approved ? 'approved' : 'denied', reason: 'chaos' };
    await this.api.post(`/v1/runs/${runId}/approvals/${callId}`, decision);
  }

  async #decide({ callId, arguments: { step = '' }, tool }: OpenCall): Promise<void> {
    const { status, body } = await this.api.get(`/v1/effects/${callId}`);
    if (status !== 200 || body['status'] !== 'unknown') return;
    this.#decided.add(callId);
    if (this.witness.count(step, callId) > 0) {
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
