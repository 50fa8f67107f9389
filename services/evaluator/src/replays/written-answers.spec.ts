import { describe, expect, it } from '@jest/globals';
import {
  create,
  RunEventSchema,
  RunSchema,
  toValue,
  type JsonObject,
  type MessageInitShape,
} from '@switchyard/contracts';
import { recordedCase } from '../drafts/recorded-case.js';
import { readSuite } from '../suite/read-suite.js';
import { replayCase } from './replay-case.js';
import { answersWritten } from './written-answers.js';

type Body = NonNullable<MessageInitShape<typeof RunEventSchema>['body']>;
const journal = (...bodies: Body[]) => bodies.map((body) => create(RunEventSchema, { body }));
const asked = (...calls: [id: string, args: JsonObject, kind?: string][]): Body => ({
  case: 'toolCallsRequested',
  value: { calls: calls.map(([callId, given, kind = '']) => ({ callId, tool: 'mail', arguments: given, kind })) },
});
const settled = (callId: string, result: object): Body => ({
  case: 'toolCallSettled',
  value: { tool: 'mail', result: { callId, ...result } },
});
const text = (value: string) => ({ status: 'ok', content: [{ type: 'text', text: value }] });
const run = create(RunSchema, {
  runId: 'run_1',
  status: 'completed',
  input: toValue('Write to ann@example.com'),
  output: toValue('Wrote to ann@example.com'),
});

const events = journal(
  asked(['c1', { to: 'ann@example.com' }], ['c2', { to: 'bob' }], ['c3', { query: 'x' }, 'find'], ['c4', {}]),
  settled('c2', { status: 'error', error: { code: 'tool.failed', message: 'Full.' } }),
  settled('c1', text('Sent to ann@example.com')),
  settled('c3', text('found')),
  settled('c4', { status: 'error', error: { code: 'tool.not_found', message: '', details: { rejection: 'x' } } }),
  asked(['c5', { to: 'eve' }]),
);

describe('answers that are written into a case', () => {
  it('are those that the run got, in the order of its calls, without what happens again by itself', () => {
    expect(answersWritten(events)).toEqual([
      { tool: 'mail', arguments: { to: 'ann@example.com' }, result: 'Sent to ann@example.com' },
      { tool: 'mail', arguments: { to: 'bob' }, result: 'tool.failed: Full.', error: true },
    ]);
  });

  it('are redacted together with input and output, and are a suite that can be run', () => {
    const made = recordedCase(run, undefined, ['email'], { answers: answersWritten(events) ?? [] });
    if (typeof made === 'string') throw new Error(made);
    expect(JSON.stringify(made.case)).not.toContain('ann@example.com');
    const [answer] =
      readSuite({ suite: 's', agent: 'a', scorers: ['exact'], cases: [made.case] }).cases[0]?.fixtures?.answers ?? [];
    // What was the same is the same still: the calls of a run that writes the redacted address are answered.
    const address = String(answer?.arguments?.['to']);
    expect([String(made.case['input']).includes(address), String(answer?.result).includes(address)]).toEqual([
      true,
      true,
    ]);
  });

  it('are none where a value stands apart from the journal: its run is named instead', () => {
    const apart = { $payload: { hash: `sha256:${'a'.repeat(64)}`, bytes: 300_000, preview: 'x' } };
    expect(answersWritten(journal(asked(['c1', { body: apart }]), settled('c1', text('ok'))))).toBeUndefined();
  });
});

describe('a case of a replay', () => {
  it('expects the calls in the order of their turns, and the output by what it is', () => {
    const made = replayCase(run, events, 'thread of run_0', 'tell');
    expect(made).toMatchObject({
      id: 'run_1',
      fixtures: { run: 'run_1', unmatched: 'tell' },
      cluster: 'thread of run_0',
      scorers: [{ type: 'tool_trajectory', mode: 'partial' }, { type: 'similarity' }],
    });
    const steps = JSON.stringify(made);
    expect(steps).toContain(
      '"id":"call 5","tool":"mail","arguments":{"to":"eve"},"after":["call 1","call 2","call 3","call 4"]',
    );
    const json = create(RunSchema, { ...run, output: toValue({ a: 1 }) });
    expect(replayCase(json, [], undefined, '')).toMatchObject({ expected: { a: 1 }, scorers: [{}, { type: 'exact' }] });
    const failed = create(RunSchema, { ...run, status: 'failed' });
    expect(replayCase(failed, [], undefined, '')).toMatchObject({ scorers: [{ name: 'trajectory', tools: [] }] });
    if (typeof made === 'string') throw new Error(made);
    expect(readSuite({ suite: 's', agent: 'a', cases: [made] }).cases).toHaveLength(1);
  });

  it('is left out where it has no input, or more calls than can be held against a trajectory', () => {
    expect(replayCase(create(RunSchema, { runId: 'run_1' }), [], undefined, '')).toBe('empty');
    const many = journal(asked(...Array.from({ length: 201 }, (_, n): [string, JsonObject] => [`c${n}`, {}])));
    expect(replayCase(run, many, undefined, '')).toBe('too_many_calls');
    const long = create(RunSchema, { ...run, output: toValue('x'.repeat(500_001)) });
    expect(replayCase(long, [], undefined, '')).toBe('too_large');
  });
});
