import { describe, expect, it } from '@jest/globals';
import { create, RunEventSchema, timestampFromMs, toValue, type MessageInitShape } from '@switchyard/contracts';
import { drawTrace } from './draw-trace.js';
import { traceTree } from './trace-tree.js';

type Body = NonNullable<MessageInitShape<typeof RunEventSchema>['body']>;
const event = (seq: number, atMs: number, body: Body) =>
  create(RunEventSchema, {
    tenant: 'default',
    runId: 'run_1',
    agent: 'assistant',
    seq,
    time: timestampFromMs(1_000_000 + atMs),
    body,
  });

const run = [
  event(1, 0, {
    case: 'runAccepted',
    value: { agentVersion: 'sha256:0123456789abcdef', backend: 'sim', routingReason: 'the only one' },
  }),
  event(2, 20, {
    case: 'modelTurnCompleted',
    value: {
      turn: 1,
      model: 'm',
      finishReason: 'tool_calls',
      durationMs: 12,
      startedAt: timestampFromMs(1_000_005),
      usage: { inputTokens: 100, outputTokens: 7 },
    },
  }),
  event(3, 20, {
    case: 'toolCallsRequested',
    value: { calls: [{ callId: 'call_1', tool: 'calculator', arguments: { expression: '1+1' } }] },
  }),
  event(4, 40, {
    case: 'toolCallSettled',
    value: {
      tool: 'calculator',
      result: {
        callId: 'call_1',
        status: 'error',
        durationMs: 3,
        startedAt: timestampFromMs(1_000_022),
        error: { code: 'tool.timeout' },
      },
    },
  }),
  event(5, 60, {
    case: 'runCompleted',
    value: { output: toValue('two\u001b[2J'), usage: { inputTokens: 250, outputTokens: 20 }, costUsd: 0.002 },
  }),
];

describe('a trace', () => {
  it('is read off the journal: turns, the calls below them, times, tokens and cost', () => {
    const root = traceTree(run);
    expect(root).toMatchObject({ durationMs: 60, status: 'ok', tokens: { input: 250, output: 20 }, costUsd: 0.002 });
    const turn = root?.children.find((node) => node.name === 'chat m');
    expect(turn).toMatchObject({ startMs: 5, durationMs: 12, tokens: { input: 100, output: 7 } });
    expect(turn?.children).toMatchObject([
      { name: 'execute_tool calculator', startMs: 22, durationMs: 3, status: 'error' },
    ]);
  });

  it('shows what is still open of a run that goes on', () => {
    const root = traceTree(run.slice(0, 3));
    expect(root?.status).toBe('open');
    expect(root?.children.at(-1)?.children[0]?.status).toBe('open');
  });

  it('shows memories that could not be had, and why', () => {
    const error = { code: 'rpc.timeout', message: 'No answer.' };
    const [accepted, ...rest] = run;
    const missing = event(2, 10, { case: 'inputAppended', value: { source: 'memory', error } });
    const root = accepted && traceTree([accepted, missing, ...rest]);
    expect(root && drawTrace(root)).toContain('✗ memory could not be asked: No answer. [rpc.timeout]');
  });

  it('shows what memory had to go without', () => {
    const value = { source: 'memory', references: ['mem_1'], degraded: ['The embedder is away.'] };
    const [accepted, ...rest] = run;
    const root = accepted && traceTree([accepted, event(2, 10, { case: 'inputAppended', value }), ...rest]);
    expect(root && drawTrace(root)).toMatch(
      /input from memory .*1 found, found with less than usual: The embedder is away\./,
    );
  });

  it('is drawn without the control characters that a model could send', () => {
    const root = traceTree(run);
    const text = root ? drawTrace(root) : '';
    expect(text).toContain('execute_tool calculator');
    expect(text).toContain('two[2J');
    expect(text).not.toContain('\u001b[2J');
  });

  it('of nothing is nothing', () => expect(traceTree([])).toBeUndefined());
});
