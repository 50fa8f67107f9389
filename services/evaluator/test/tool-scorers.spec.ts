import { afterEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@switchyard/contracts';
import type { RunningService } from '@switchyard/service';
import { startEvaluator, suiteOf, type EvaluatorFixture } from './evaluator.fixture.js';
import { answered, startStubToolHost, StubToolHost } from './stub-tool-host.fixture.js';

let fixture: EvaluatorFixture | undefined;
let hostService: RunningService | undefined;
afterEach(async () => {
  await hostService?.stop();
  await fixture?.stop();
  fixture = hostService = undefined;
});

async function started() {
  const host = new StubToolHost();
  host.tools.push({ name: 'grader', effect: 'pure' }, { name: 'run_javascript', effect: 'idempotent' });
  host.tools.push({ name: 'send_mail', effect: 'irreversible' });
  fixture = await startEvaluator();
  hostService = await startStubToolHost(host, fixture.config);
  return { evaluator: fixture, host };
}

const suite = (...scorers: JsonObject[]) => suiteOf(2, { scorers });

describe('a scorer that a tool judges for', () => {
  it('shows it the run, and takes its score', async () => {
    const { evaluator, host } = await started();
    host.answer = () => answered('{"score": 0.5, "reason": "half"}');
    evaluator.router.answer = () => ({ output: { a: 1 }, tools: ['search'] });
    const { id } = await evaluator.start(suite({ type: 'tool', tool: 'grader', threshold: 0.5 }));
    const { results } = await evaluator.completed(id);
    expect(results[0]?.scores).toMatchObject([{ scorer: 'tool', value: 0.5, passed: true, reason: 'half' }]);
    const shown = [...host.calls.values()].map((call) => call.arguments);
    expect(shown).toContainEqual({
      input: 'question 0',
      output: { a: 1 },
      expected: 'yes',
      tool_calls: [{ tool: 'search', arguments: {} }],
    });
  });

  it('runs code in the sandbox of tools', async () => {
    const { evaluator, host } = await started();
    host.answer = () => answered('true');
    const { id } = await evaluator.start(suite({ type: 'code', code: 'input.output === input.expected' }));
    expect((await evaluator.completed(id)).summary).toMatchObject([{ scorer: 'code', count: 2, passed: 2 }]);
    const [call] = host.calls.values();
    expect(call).toMatchObject({ tool: 'run_javascript', arguments: { code: 'input.output === input.expected' } });
  });

  it('calls it under one id for a run, and again where it could not be asked', async () => {
    const { evaluator, host } = await started();
    host.busyFor = 3;
    const { id } = await evaluator.start(suite({ type: 'tool', tool: 'grader' }));
    expect((await evaluator.completed(id)).summary).toMatchObject([{ count: 2, passed: 2 }]);
    expect(host.asked).toBeGreaterThanOrEqual(5);
    expect(host.calls.size).toBe(2);
  });

  it('has no score, rather than a bad one, where the tool fails or gives none', async () => {
    const { evaluator, host } = await started();
    host.answer = (call) =>
      JSON.stringify(call.arguments).includes('question 0')
        ? answered('quite good')
        : { status: 'error', error: { code: 'tool.failed', message: 'It broke.' } };
    const { id } = await evaluator.start(suite({ type: 'tool', tool: 'grader' }));
    const { results, summary } = await evaluator.completed(id);
    expect(summary).toMatchObject([{ count: 0, passed: 0, errors: 2 }]);
    expect(results.flatMap(({ scores }) => scores)).toMatchObject([
      { errorCode: 'scorer.nonsense', passed: false },
      { errorCode: 'scorer.failed', passed: false, reason: 'grader gave no answer: It broke.' },
    ]);
  });

  it('is refused where there is no such tool, or what it does cannot be undone', async () => {
    const { evaluator } = await started();
    const refused = (tool: string) => evaluator.start(suite({ type: 'tool', tool }));
    await expect(refused('nope')).rejects.toMatchObject({ code: 'suite.invalid' });
    await expect(refused('nope')).rejects.toThrow('there is no tool nope');
    await expect(refused('send_mail')).rejects.toThrow('cannot be undone');
    expect(await evaluator.count('evaluations')).toBe(0);
  });
});
