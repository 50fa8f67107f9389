import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RouterService, SwitchyardError, timestampDate, toValue, type SubmitReply } from '@switchyard/contracts';
import { hasEnded, next, type RunEventBodyInit, type RunState } from '@switchyard/journal';
import { textOf } from '@switchyard/models';
import { sql } from '@switchyard/persistence';
import fc from 'fast-check';
import { applyDefaults, startRouter, type RouterUnderTest } from '../router.fixture.js';
import { publishEvent, submit } from '../run.fixture.js';

const tenant = 'default';
const POLICIES = ['queue', 'reject', 'interrupt', 'steer'] as const;
const THREADS = 3;
const MESSAGES = 10;
/**
 * Said before any run goes on, so that each policy meets a run that is open: joins it, which takes one of its own agent, is
 * refused, cuts it off.
 */
const OPENING = ['queue', 'steer', 'steer', 'reject', 'interrupt'] as const;

/** A message, and whether its sender sends it once more. */
interface Said {
  policy: (typeof POLICIES)[number];
  again: boolean;
}

describe('messages of all four policies, sent to two routers while their runs go on', () => {
  let router: RouterUnderTest;
  const outcomes = new Set<string>();
  beforeAll(async () => {
    router = await startRouter({ environment: { SWITCHYARD_RECONCILE_MS: '300' } });
    await router.startAnother();
    await applyDefaults(router);
    for (const concurrency of POLICIES)
      await router.rpc.call(RouterService.method.applyAgent, {
        tenant,
        definition: { name: `agent-${concurrency}`, instructions: 'x', concurrency },
      });
  });
  afterAll(() => router.stop());

  it('are said once each, in order, and no two runs of a thread are ever under way together', async () => {
    const message = fc.record({ policy: fc.constantFrom(...POLICIES), again: fc.boolean() });
    const plans = fc.sample(fc.array(message, { minLength: MESSAGES, maxLength: MESSAGES }), {
      numRuns: THREADS,
      seed: 20261127,
    });
    const opening = OPENING.map((policy): Said => ({ policy, again: false }));
    const opened = await Promise.all(plans.map((_, thread) => speak(`stress-${thread}`, opening)));
    let sending = true;
    const executors = [1, 2].map(() => execute(() => sending));
    const speaking = Promise.all(plans.map((plan, thread) => speak(`stress-${thread}`, plan, OPENING.length)));
    const said = await speaking.finally(() => (sending = false));
    const accepted = said.map((more, thread) => [...(opened[thread] ?? []), ...more]);
    await Promise.all(executors);
    for (let thread = 0; thread < THREADS; thread += 1) await check(`stress-${thread}`, accepted[thread] ?? []);
    // All of it was tried.
    expect([...outcomes].sort()).toEqual(['cancelled', 'completed', 'joined', 'rejected']);
  }, 300_000);

  /** Sends one message after the other; gives those that were accepted. */
  async function speak(thread: string, plan: readonly Said[], from = 0): Promise<string[]> {
    const accepted: string[] = [];
    for (const [index, { policy, again }] of plan.entries()) {
      const input = `${thread}-${String(from + index).padStart(3, '0')}`;
      const task = { agent: `agent-${policy}`, thread, input, idempotencyKey: input };
      const sent = await Promise.all([send(task), ...(again ? [send(task)] : [])]);
      const runs = sent.filter((one) => one !== undefined);
      if (runs.length > 0) accepted.push(input);
      expect(new Set(runs.map(({ runId }) => runId)).size).toBeLessThan(2);
      if (runs.some(({ joined }) => joined)) outcomes.add('joined');
      if (runs.length === 0) outcomes.add('rejected');
    }
    return accepted;
  }

  /** As clients do: what nobody knows is sent again with its key. Undefined where the thread was busy. */
  async function send(task: { idempotencyKey: string }): Promise<SubmitReply | undefined> {
    for (;;) {
      try {
        return await submit(router, task);
      } catch (error) {
        if (!(error instanceof SwitchyardError) || !error.retryable) throw error;
        if (error.code === 'thread.busy') return undefined;
      }
    }
  }

  /** What executors do, until nothing is open any more: a turn, another one, the end. */
  async function execute(goesOn: () => boolean): Promise<void> {
    for (;;) {
      const open = await sql<{ run_id: string; held: boolean }>(
        router.dataSource,
        `SELECT run_id, held FROM registry.tasks WHERE ended_at IS NULL`,
      );
      if (open.length === 0 && !goesOn()) return;
      for (const { run_id, held } of open) if (!held) await step(run_id);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  async function step(runId: string): Promise<void> {
    const { state } = await router.journal.load(runId);
    if (hasEnded(state)) return;
    const body = moveOf(state);
    if (!body) return;
    try {
      const { events } = await router.journal.append(state, [{ body, actor: 'executor' }]);
      const last = events.at(-1);
      if (last && body.case === 'runCompleted') await publishEvent(router, last);
    } catch (error) {
      if (!(error instanceof SwitchyardError) || error.code !== 'journal.conflict') throw error;
    }
  }

  function moveOf(state: RunState): RunEventBodyInit | undefined {
    const action = next(state);
    if (action.type === 'Finish') return { case: 'runCompleted', value: { output: toValue(action.output) } };
    if (action.type !== 'CallModel') return undefined;
    const message = { role: 'assistant', parts: [{ type: 'text', text: 'aye' }] };
    return {
      case: 'modelTurnCompleted',
      value: { turn: action.turn, message, backend: 'sim', finishReason: 'stop' },
    };
  }

  async function check(thread: string, accepted: readonly string[]): Promise<void> {
    const rows = await sql<{ run_id: string }>(
      router.dataSource,
      `SELECT run_id FROM registry.tasks WHERE thread = $1 AND joined_run_id IS NULL ORDER BY thread_position`,
      [thread],
    );
    const said: string[] = [];
    let free = 0;
    for (const { run_id } of rows) {
      const { state, events } = await router.journal.load(run_id);
      expect(hasEnded(state)).toBe(true);
      said.push(String(state.input));
      for (const { body } of events)
        if (body.case === 'inputAppended' && body.value.source === 'user')
          said.push(...body.value.messages.map((message) => JSON.stringify(message)));
      const begun = events.find(({ body }) => body.case === 'modelTurnCompleted')?.time;
      if (begun) expect(timestampDate(begun).getTime()).toBeGreaterThanOrEqual(free);
      free = Math.max(free, Date.parse(state.endedAt));
      outcomes.add(state.status);
      // What was said last in a run that was not cut off has been answered.
      if (state.status === 'completed')
        expect(textOf(state.messages.at(-1) ?? { role: 'user', parts: [] })).toBe('aye');
    }
    const texts = said.map((text) => /stress-\d-\d{3}/.exec(text)?.[0] ?? text);
    expect(texts).toEqual(accepted);
  }
});
