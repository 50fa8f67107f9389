import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  create,
  DeadLetterSchema,
  EvaluatorService,
  decode,
  GiveFeedbackRequestSchema,
  RunEventSchema,
  timestampDate,
  timestampFromMs,
  toValue,
  type JsonValue,
} from '@switchyard/contracts';
import { waitFor } from '@switchyard/testing';
import { startEvaluator, type EvaluatorFixture } from './evaluator.fixture.js';

let evaluator: EvaluatorFixture;
beforeAll(async () => {
  evaluator = await startEvaluator();
});
afterAll(() => evaluator.stop());

/** A run that took a second and ended now, and is in the record. */
async function ended(runId: string, configuration = 'sha256:said'): Promise<void> {
  const time = timestampFromMs(Date.now());
  const event = create(RunEventSchema, {
    ...{ tenant: 'default', runId, agent: 'said', seq: 3, time },
    body: { case: 'runCompleted', value: { configuration, durationMs: 1_000 } },
  });
  evaluator.router.ends.set(runId, event);
  await evaluator.router.tell(event);
  await waitFor(() => evaluator.outcome(runId), { describe: `the outcome of ${runId}` });
}
const say = (
  runId: string,
  value: JsonValue,
  more: { by?: string; name?: string; id?: string; comment?: string } = {},
) => evaluator.feedback({ runId, value: toValue(value), by: 'user:ann', ...more });

describe('feedback', () => {
  it('stands with the outcome of its run, under the name of what was asked', async () => {
    await ended('run_f1');
    await say('run_f1', true, { comment: 'just right' });
    await say('run_f1', 0.25, { name: 'tone' });
    const { feedback } = await evaluator.outcome('run_f1');
    expect(feedback.map(({ name, value, by, comment }) => ({ name, value, by, comment }))).toEqual([
      { name: 'tone', value: 0.25, by: 'user:ann', comment: '' },
      { name: 'rating', value: 1, by: 'user:ann', comment: 'just right' },
    ]);
  });

  it('is revised by who gave it and taken back by null; what was said before is kept', async () => {
    await ended('run_f2');
    await say('run_f2', 1);
    await say('run_f2', 0);
    await say('run_f2', 1, { by: 'user:bob' });
    expect((await evaluator.feedbackOf('run_f2')).map(({ by, value }) => [by, value])).toEqual([
      ['user:bob', 1],
      ['user:ann', 0],
    ]);
    await say('run_f2', null);
    expect((await evaluator.feedbackOf('run_f2')).map(({ by }) => by)).toEqual(['user:bob']);
    const all = await evaluator.feedbackOf('run_f2', true);
    expect(all.map(({ by, value, withdrawn, revised }) => [by, value, withdrawn, revised])).toEqual([
      ['user:ann', 0, true, false],
      ['user:bob', 1, false, false],
      ['user:ann', 0, false, true],
      ['user:ann', 1, false, true],
    ]);
  });

  it('that comes late does not undo what was said after it', async () => {
    await ended('run_f3');
    const before = timestampFromMs(Date.now() - 60_000);
    await say('run_f3', 1);
    await evaluator.feedback({ runId: 'run_f3', value: toValue(0), by: 'user:ann', at: before });
    expect((await evaluator.feedbackOf('run_f3')).map(({ value }) => value)).toEqual([1]);
  });

  it('is kept once for each id, and the id is not for other words', async () => {
    await ended('run_f4');
    const first = await say('run_f4', 0.5, { id: 'word-1' });
    expect(await say('run_f4', 0.5, { id: 'word-1' })).toEqual(first);
    await expect(say('run_f4', 0.6, { id: 'word-1' })).rejects.toMatchObject({ code: 'feedback.conflict' });
    expect(await evaluator.feedbackOf('run_f4', true)).toHaveLength(1);
  });

  it('sums up by configuration: a run of which two speak counts once', async () => {
    for (const runId of ['run_f5', 'run_f6', 'run_f7']) await ended(runId, 'sha256:summed');
    await say('run_f5', 1);
    await say('run_f5', 0, { by: 'user:bob' });
    await say('run_f6', 1);
    await say('run_f7', 0);
    await say('run_f7', 1);
    const records = await evaluator.configurations('said');
    const summed = records.find(({ configuration }) => configuration?.fingerprint === 'sha256:summed');
    expect(summed?.feedback).toEqual([expect.objectContaining({ name: 'rating', count: 3 })]);
    expect(summed?.feedback[0]?.mean).toBeCloseTo(2.5 / 3, 12);
  });

  it('decides with the ends of runs whether those that had something went worse', async () => {
    const compare = (withRunIds: string[], withoutRunIds: string[]) =>
      evaluator.rpc.call(EvaluatorService.method.compareOutcomes, { tenant: 'default', withRunIds, withoutRunIds });
    const ids = (prefix: string, count: number) => Array.from({ length: count }, (_, n) => `run_${prefix}${n}`);
    const [one, other] = [ids('had', 8), ids('not', 8)];
    for (const id of [...one, ...other]) await ended(id, 'sha256:compared');
    expect(await compare(one, other)).toMatchObject({
      with: { runs: 8, good: 8 },
      without: { runs: 8, good: 8 },
      pWorse: 1,
    });
    for (const id of one.slice(0, 6)) await say(id, 0);
    for (const id of one.slice(0, 1)) await say(id, 1);
    const worse = await compare([...one, 'run_nobody'], other);
    expect(worse).toMatchObject({ with: { runs: 8, good: 3 }, without: { runs: 8, good: 8 } });
    // Fisher's exact test by hand: of 16 runs 5 are bad, and all 5 among the 8: C(8,5) / C(16,5).
    expect(worse.pWorse).toBeCloseTo(56 / 4_368, 9);
    expect(await compare([], other)).toMatchObject({ pWorse: 1 });
    await expect(compare(one, one)).rejects.toMatchObject({ code: 'evaluation.invalid' });
    await expect(compare(ids('many', 1_001), other)).rejects.toMatchObject({ code: 'evaluation.invalid' });
  });

  it.each<[string, JsonValue]>([
    ['a text', 'good'],
    ['more than all', 1.5],
    ['less than nothing', -1],
    ['a list', [1]],
  ])('refuses %s as a value, and says what may stand there', async (_, value) => {
    await ended('run_f8');
    await expect(say('run_f8', value)).rejects.toMatchObject({
      code: 'feedback.invalid',
      message: expect.stringContaining('a number from 0 (useless) to 1 (perfect)'),
    });
  });

  it('refuses no value, a time that is yet to come and one before the run began', async () => {
    await ended('run_f9');
    const at = (ms: number) => ({ runId: 'run_f9', value: toValue(1), at: timestampFromMs(Date.now() + ms) });
    await expect(evaluator.feedback({ runId: 'run_f9' })).rejects.toMatchObject({ code: 'feedback.invalid' });
    await expect(evaluator.feedback(at(3_600_000))).rejects.toMatchObject({ code: 'feedback.invalid' });
    await expect(evaluator.feedback(at(-3_600_000))).rejects.toMatchObject({
      code: 'feedback.invalid',
      message: expect.stringContaining('the run began at'),
    });
  });

  it('refuses what is said of a run that nobody knows', async () => {
    await expect(say('run_nobody', 1)).rejects.toMatchObject({ code: 'run.not_found' });
  });

  it('from the bus is taken in once, of the tenant of its subject; what cannot be is a dead letter', async () => {
    await ended('run_f10');
    const { bus } = evaluator;
    const publish = (runId: string, msgId: string) =>
      bus.publish(
        bus.subjects.feedback('default'),
        GiveFeedbackRequestSchema,
        { tenant: 'other', runId, value: toValue(true), by: 'bus' },
        { msgId },
      );
    await publish('run_f10', 'said-once');
    const [kept] = await waitFor(async () => {
      const found = await evaluator.feedbackOf('run_f10');
      return found.length === 1 && found;
    });
    expect(kept).toMatchObject({ id: 'said-once', tenant: 'default', value: 1 });
    expect(timestampDate(kept?.at ?? timestampFromMs(0)).getTime()).toBeGreaterThan(Date.now() - 60_000);

    await publish('run_gone', 'said-of-none');
    const letter = await waitFor(async () => {
      const manager = await bus.js.jetstreamManager(false);
      const subject = bus.subjects.dead('feedback', 'said-of-none');
      const stream = await manager.streams.find(subject);
      return manager.streams.getMessage(stream, { last_by_subj: subject }).catch(() => undefined);
    });
    expect(decode(DeadLetterSchema, letter.data).cause).toMatchObject({ code: 'run.not_found' });
  });
});
