import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  create,
  EvaluatorService,
  RunEventSchema,
  SwitchyardError,
  timestampFromMs,
  toValue,
  type JsonObject,
  type JsonValue,
} from '@switchyard/contracts';
import { schemaDrift } from '@switchyard/persistence';
import { evaluationOwner } from '../src/persistence/evaluation-owner.js';
import { startEvaluator, type EvaluatorFixture } from './evaluator.fixture.js';

const START = Date.UTC(2026, 10, 1);
const GONE = `sha256:${'f'.repeat(64)}`;
const REFUNDS = { class: 'refund', when: 'input.contains("refund")' };
const { method } = EvaluatorService;

interface Asked {
  input: JsonValue;
  metadata?: Record<string, string>;
  inputPayload?: string;
}

describe('task classes', () => {
  let evaluator: EvaluatorFixture;
  const asked = new Map<string, Asked>();
  const tenant = 'default';

  beforeAll(async () => {
    evaluator = await startEvaluator();
    evaluator.router.also = (runId) => {
      const run = asked.get(runId);
      if (run === undefined) return {};
      const { input, metadata = {}, inputPayload = '' } = run;
      return { input: toValue(input), metadata, inputPayload };
    };
  });
  afterAll(() => evaluator.stop());

  /** Runs that ended: their outcomes are recorded when it returns. */
  const ended = async (agent: string, runs: Readonly<Record<string, Asked>>) => {
    let second = 0;
    for (const [runId, run] of Object.entries(runs)) {
      asked.set(runId, run);
      const event = create(RunEventSchema, {
        ...{
          tenant,
          runId,
          taskId: `task_${runId}`,
          agent,
          seq: 2,
          time: timestampFromMs(START + 1_000 * (second += 1)),
        },
        body: { case: 'runCompleted', value: { configuration: `sha256:${agent}` } },
      });
      evaluator.router.ends.set(runId, event);
      await evaluator.router.tell(event);
    }
    await evaluator.idle();
  };
  const classesOf = async (...runIds: string[]) =>
    Promise.all(runIds.map(async (runId) => (await evaluator.outcome(runId)).taskClass));
  const apply = (rules: JsonObject) => evaluator.rpc.call(method.applyClassRules, { tenant, rules, actor: 'user:ann' });
  const list = async (agent = '') => (await evaluator.rpc.call(method.listClassRules, { tenant, agent })).rules;
  const reapply = async (agent: string, limit = 0) => {
    const sum = { runs: 0, changed: 0, gone: 0, pages: 0 };
    let after = '';
    do {
      const page = await evaluator.rpc.call(method.reapplyClasses, { tenant, agent, after, limit });
      sum.runs += page.runs;
      sum.changed += page.changed;
      sum.gone += page.gone;
      sum.pages += 1;
      after = page.next;
    } while (after !== '');
    return sum;
  };

  it('are given to outcomes by the rules that hold; what a task itself says counts first', async () => {
    await ended('none', { run_c0: { input: 'a refund' } });
    await apply({ agent: 'shop', classes: [REFUNDS, { class: 'login', like: { password: 1, login: 1 } }] });
    await apply({ classes: [{ class: 'mail', when: 'has(metadata.channel) && metadata.channel == "mail"' }] });
    await ended('shop', {
      run_c1: { input: 'I want a refund' },
      run_c2: { input: { messages: [{ content: 'my password' }] } },
      run_c3: { input: 'hello', metadata: { channel: 'mail' } },
      run_c4: { input: 'I want a refund', metadata: { task_class: 'own' } },
      run_c5: { input: 'hello' },
      run_c6: { input: null, inputPayload: GONE },
    });
    await ended('other', { run_c7: { input: 'a refund', metadata: { channel: 'mail' } } });
    expect(await classesOf('run_c0', 'run_c1', 'run_c2', 'run_c3', 'run_c4', 'run_c5', 'run_c6', 'run_c7')).toEqual([
      ...['', 'refund', 'login', 'mail', 'own', '', '', 'mail'],
    ]);
  });

  it('can be asked for before a run, with the rule that says so', async () => {
    const ask = (input: JsonValue, metadata = {}) =>
      evaluator.rpc.call(method.classify, { tenant, agent: 'shop', input: toValue(input), metadata });
    expect(await ask('a refund')).toMatchObject({ class: 'refund', by: 'rule', agent: 'shop', number: 1, place: 1 });
    const like = await ask('password login');
    expect(like).toMatchObject({
      class: 'login',
      by: 'like',
      place: 2,
      similarity: expect.closeTo(1, 9),
      threshold: 0.1,
    });
    expect(await ask('x', { channel: 'mail' })).toMatchObject({ class: 'mail', by: 'rule', agent: '', place: 1 });
    expect(await ask('x', { task_class: 'own' })).toMatchObject({ class: 'own', by: 'task', number: 0 });
    expect(await ask(null)).toMatchObject({ class: '', by: 'none' });
    const ofRun = evaluator.rpc.call(method.classify, { tenant, runId: 'run_c1' });
    expect(await ofRun).toMatchObject({ class: 'refund', by: 'rule' });
    const unknown = evaluator.rpc.call(method.classify, { tenant, runId: 'run_nobody' });
    await expect(unknown).rejects.toMatchObject({ code: 'run.not_found' });
  });

  it('keep every version of their rules; the same rules are no new version', async () => {
    const first = { agent: 'kept', classes: [REFUNDS] };
    expect(await apply(first)).toMatchObject({ number: 1, changed: true, classes: ['refund'], createdBy: 'user:ann' });
    expect(await apply(first)).toMatchObject({ number: 1, changed: false });
    expect(await apply({ agent: 'kept', classes: [] })).toMatchObject({ number: 2, changed: true, classes: [] });
    expect(await apply(first)).toMatchObject({ number: 3, changed: true });
    expect((await list('kept')).map(({ number }) => number)).toEqual([3, 2, 1]);
    const held = await list();
    expect(held.map(({ agent, number }) => [agent, number])).toEqual([
      ['', 1],
      ['kept', 3],
      ['shop', 1],
    ]);
    expect(held[1]?.rules).toEqual(first);
    expect((await list('*')).map(({ agent }) => agent)).toEqual(['']);
  });

  it('of rules that are not valid change nothing', async () => {
    const wrong = apply({ agent: 'shop', classes: [{ class: 'a', when: 'input.matches("(a+)+$")' }] });
    await expect(wrong).rejects.toMatchObject({ code: 'class_rules.invalid' });
    await expect(wrong).rejects.toThrow(/classes\[0\]\.when.*matches\(\) is not offered/);
    expect((await list('shop')).map(({ number }) => number)).toEqual([1]);
  });

  it('are given to what is recorded when they are applied again, page by page, and once', async () => {
    await ended('again', {
      run_d1: { input: 'one refund' },
      run_d2: { input: 'two', metadata: { task_class: 'own' } },
      run_d3: { input: 'three' },
      run_d4: { input: 'four refunds' },
      run_d5: { input: null, inputPayload: GONE },
    });
    await apply({ agent: 'again', classes: [REFUNDS] });
    expect(await reapply('again', 1)).toEqual({ runs: 4, changed: 2, gone: 1, pages: 5 });
    expect(await classesOf('run_d1', 'run_d2', 'run_d3', 'run_d4', 'run_d5')).toEqual([
      'refund',
      'own',
      '',
      'refund',
      '',
    ]);
    expect(await reapply('again')).toEqual({ runs: 4, changed: 0, gone: 1, pages: 1 });
    // What no longer fits has no class any more; what its task named, it keeps.
    await apply({ agent: 'again', classes: [{ class: 'three', when: 'input == "three"' }] });
    expect(await reapply('again', 2)).toMatchObject({ changed: 3 });
    expect(await classesOf('run_d1', 'run_d2', 'run_d3', 'run_d4')).toEqual(['', 'own', 'three', '']);
    // A run that is gone keeps the class that it has.
    asked.delete('run_d3');
    evaluator.router.ends.delete('run_d3');
    await apply({ agent: 'again', classes: [] });
    expect(await reapply('again')).toMatchObject({ changed: 0, gone: 2 });
    expect(await classesOf('run_d3')).toEqual(['three']);
  });

  it('are counted by: a configuration’s record can be asked for by a class that a rule gave', async () => {
    const counted = async (taskClass: string) => (await evaluator.configurations('shop', { taskClass }))[0]?.runs;
    expect([await counted(''), await counted('refund'), await counted('login'), await counted('none')]).toEqual([
      ...[6, 1, 1, undefined],
    ]);
  });

  it('are suggested from what was asked, without personal data, as rules that can be applied', async () => {
    const kinds = [
      (n: number) => `please refund order ${n} to my card, money back to ann${n}@example.org`,
      (n: number) => `the parcel of delivery ${n} has not arrived, where is the courier now`,
      (n: number) => `cannot log in with password, reset link broken on phone ${n}`,
    ];
    const runs = Array.from({ length: 36 }, (_, n) => {
      const kind = kinds[n % kinds.length];
      return [`run_e${String(n).padStart(2, '0')}`, { input: kind?.(n) ?? '' }] as const;
    });
    await ended('asked', {
      ...Object.fromEntries(runs),
      run_e98: { input: '' },
      run_e99: { input: 'zebra quantum violin' },
    });
    const found = await evaluator.rpc.call(method.suggestClasses, { tenant, agent: 'asked' });
    expect(found).toMatchObject({ runs: 37, unlike: 1, leftOut: 1, agreement: 1 });
    expect(found.classes.map((each) => each.runs)).toEqual([12, 12, 12]);
    expect(found.stability).toBeGreaterThan(0.9);
    expect(JSON.stringify(found.classes)).toContain('[email-1]');
    expect(JSON.stringify(found)).not.toContain('example.org');
    expect(await evaluator.rpc.call(method.suggestClasses, { tenant, agent: 'asked' })).toEqual(found);
    await apply(found.rules ?? {});
    expect(await reapply('asked')).toMatchObject({ changed: 36 });
    const [class0, class3, class99] = await classesOf('run_e00', 'run_e03', 'run_e99');
    expect([class3, class99]).toEqual([class0, '']);
    const nobody = evaluator.rpc.call(method.suggestClasses, { tenant, agent: 'nobody' });
    await expect(nobody).rejects.toBeInstanceOf(SwitchyardError);
  });

  it('are kept in tables as the entities say', async () => {
    expect(await schemaDrift(evaluator.databaseUrl, evaluationOwner)).toEqual([]);
  });
});
