import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  create,
  EvaluatorService,
  RunEventSchema,
  timestampFromMs,
  type MessageInitShape,
  type SurvivalQuerySchema,
} from '@switchyard/contracts';
import { startEvaluator, type EvaluatorFixture } from './evaluator.fixture.js';

const DAY = 86_400_000;
const START = Date.parse('2026-10-01T00:00:00Z');

let evaluator: EvaluatorFixture;
beforeAll(async () => {
  evaluator = await startEvaluator();
});
afterAll(() => evaluator.stop());

let runs = 0;
/** One run a day, and the parts of its configuration. */
async function lived(
  agent: string,
  [from, to]: [number, number],
  parts: { fingerprint: string; backend: string; model?: string },
  failed = false,
): Promise<void> {
  for (let day = from; day <= to; day += 1) {
    runs += 1;
    const runId = `run_lived${runs}`;
    const event = (seq: number, body: MessageInitShape<typeof RunEventSchema>['body']) =>
      create(RunEventSchema, {
        ...{ tenant: 'default', runId, agent, seq, time: timestampFromMs(START + day * DAY) },
        ...(body ? { body } : {}),
      });
    if (day === from)
      await evaluator.router.tell(event(1, { case: 'modelTurnCompleted', value: { turn: 1, configuration: parts } }));
    const value = { configuration: parts.fingerprint, backend: parts.backend };
    const end = failed
      ? event(2, { case: 'runFailed', value: { ...value, error: { code: 'model.quota', message: 'Empty.' } } })
      : event(2, { case: 'runCompleted', value });
    evaluator.router.ends.set(runId, end);
    await evaluator.router.tell(end);
  }
}

const survival = (query: MessageInitShape<typeof SurvivalQuerySchema> = {}) =>
  evaluator.rpc.call(EvaluatorService.method.getSurvival, { tenant: 'default', ...query });

describe('survival', () => {
  it('of an empty record is an empty report', async () => {
    expect(await survival()).toMatchObject({ groups: [], lives: [], unit: 'days' });
  });

  it('tells how long configurations were in use, what ended them, and which are', async () => {
    await lived('helper', [0, 9], { fingerprint: 'sha256:1', backend: 'one' });
    await lived('helper', [10, 13], { fingerprint: 'sha256:2', backend: 'two' });
    await lived('helper', [14, 20], { fingerprint: 'sha256:1', backend: 'one' });
    await lived('helper', [21, 30], { fingerprint: 'sha256:3', backend: 'one', model: 'm-2' }, true);
    await lived('helper', [31, 40], { fingerprint: 'sha256:4', backend: 'four' });
    await evaluator.idle();
    const report = await survival({ agent: 'helper', unit: 'runs' });
    expect(
      report.lives.map(({ fingerprint, cause, followedBy, runs: of, failed }) => [
        fingerprint,
        cause,
        followedBy,
        of,
        failed,
      ]),
    ).toEqual([
      ['sha256:4', '', '', 10, 0],
      ['sha256:3', 'error_rate', 'sha256:4', 10, 10],
      ['sha256:2', 'rolled_back', 'sha256:1', 4, 0],
      ['sha256:1', 'provider_change', 'sha256:3', 17, 0],
    ]);
    const [group] = report.groups;
    expect(group).toMatchObject({ name: '', lives: 4, ended: 3, median: 13.5, until: 17 });
    // Kaplan and Meier by hand: 4 of 4 at risk at 4, 3 at 10 (one of the two that stop there is in use), 1 at 17.
    expect(group?.curve.map(({ time, atRisk, ended, survival: left }) => [time, atRisk, ended, left])).toEqual([
      [4, 4, 1, 0.75],
      [10, 3, 1, 0.5],
      [17, 1, 1, 0],
    ]);
    expect(group?.restrictedMean).toBeCloseTo(4 + 6 * 0.75 + 7 * 0.5, 9);
    const causes = Object.fromEntries((group?.causes ?? []).map(({ cause, probability }) => [cause, probability]));
    expect(causes).toMatchObject({ rolled_back: 0.25, error_rate: 0.25, provider_change: 0.5 });
  });

  it('in days counts from the first run to the last, and to now for what is in use', async () => {
    const { lives, groups } = await survival({ agent: 'helper' });
    expect(lives).toHaveLength(4);
    const ended = groups[0]?.curve.filter(({ ended: events }) => events > 0).map(({ time }) => Math.round(time));
    expect(ended).toEqual([3, 9, 20]);
  });

  it('compares groups by agent or backend', async () => {
    for (let n = 0; n < 6; n += 1)
      await lived('novice', [2 * n, 2 * n + 1], { fingerprint: `sha256:n${n}`, backend: n % 2 ? 'one' : 'two' });
    await evaluator.idle();
    const byAgent = await survival({ by: 'agent', unit: 'runs' });
    expect(byAgent.groups.map(({ name, lives }) => [name, lives])).toEqual([
      ['helper', 4],
      ['novice', 6],
    ]);
    expect(byAgent.comparison?.degreesOfFreedom).toBe(1);
    expect(byAgent.comparison?.p).toBeLessThan(0.05);
    const byBackend = await survival({ by: 'backend', agent: 'novice' });
    expect(byBackend.groups.map(({ name }) => name)).toEqual(['one', 'two']);
  });

  it('refuses units, groups and patience that are none', async () => {
    await expect(survival({ unit: 'moons' })).rejects.toMatchObject({ code: 'contract.invalid' });
    await expect(survival({ by: 'weather' })).rejects.toMatchObject({ code: 'contract.invalid' });
    await expect(survival({ quietDays: -1 })).rejects.toMatchObject({ code: 'survival.invalid' });
  });
});
