import { describe, expect, it } from '@jest/globals';
import { create, AgentVersionSchema, type JsonObject } from '@switchyard/contracts';
import { initialState, type OpenCall } from '@switchyard/journal';
import { AskCalls } from './ask-calls.js';
import { kindOf } from './call-kind.js';
import { OwnCalls } from './own-calls.js';
import { SleepCalls } from './sleep-calls.js';

const REQUESTED = '2026-03-01T12:00:00.000Z';
const state = initialState({ tenant: 'default', runId: 'run_1', taskId: 't', agent: 'a', idempotencyKey: '' });
const agent = create(AgentVersionSchema, {});
const open = (change: Partial<OpenCall>): OpenCall => ({
  callId: 'call_1',
  tool: 'sleep',
  arguments: {},
  effect: 'pure',
  pool: '',
  kind: 'sleep',
  target: '',
  requestedAt: REQUESTED,
  result: null,
  approval: '',
  approvalExpiresAt: '',
  child: null,
  answer: null,
  ...change,
});
const sleeping = (args: JsonObject, now: string) =>
  new SleepCalls().advance(state, open({ arguments: args }), agent, new Date(now));

describe('sleep', () => {
  it.each([
    [{ seconds: 60 }, '2026-03-01T12:01:00.000Z'],
    [{ seconds: 0.5 }, '2026-03-01T12:00:00.500Z'],
    [{ seconds: 31_622_400 }, '2027-03-02T12:00:00.000Z'],
    [{ until: '2026-03-01T13:30:00+01:00' }, '2026-03-01T12:30:00.000Z'],
  ])('of %j waits until %s, counted from when it was asked for, and then says so', async (args, end) => {
    const early = new Date(Date.parse(end) - 1).toISOString();
    expect(await sleeping(args, early)).toEqual({
      is: 'waiting',
      bodies: [],
      reason: 'timer',
      until: new Date(end),
    });
    const settled = await sleeping(args, end);
    expect(settled).toMatchObject({ is: 'settled', bodies: [{ value: { result: { status: 'ok' } } }] });
    expect(JSON.stringify(settled.bodies)).toContain(end);
  });

  it('until a moment that has passed does not wait', async () => {
    expect(await sleeping({ until: '2020-01-01T00:00:00Z' }, REQUESTED)).toMatchObject({ is: 'settled' });
  });

  it.each([
    [{}],
    [{ seconds: 1, until: '2026-03-01T13:00:00Z' }],
    [{ seconds: -1 }],
    [{ seconds: 31_622_401 }],
    [{ seconds: 'long' }],
    [{ until: 'tomorrow' }],
    [{ until: '2026-03-01T13:00:00' }],
    [{ until: '2026-13-01T13:00:00Z' }],
    [{ until: '2027-03-03T12:00:00Z' }],
  ])('of %j is an error that the model can act on', async (args) => {
    expect(await sleeping(args, REQUESTED)).toMatchObject({
      is: 'settled',
      bodies: [{ value: { result: { status: 'error', error: { code: 'tool.invalid_arguments' } } } }],
    });
  });
});

describe('ask_user', () => {
  const ask = (change: Partial<OpenCall>) =>
    new AskCalls().advance(
      state,
      open({ tool: 'ask_user', kind: 'ask', arguments: { question: 'Which?' }, ...change }),
    );

  it('waits for an answer, and gives it as it was said', async () => {
    expect(await ask({})).toEqual({ is: 'waiting', bodies: [], reason: 'input' });
    expect(await ask({ answer: { text: 'the red one' } })).toMatchObject({
      is: 'settled',
      bodies: [{ value: { result: { status: 'ok', content: [{ type: 'text', text: 'the red one' }] } } }],
    });
  });

  it('without a question, as an edit may leave it, is an error', async () => {
    expect(await ask({ arguments: {} })).toMatchObject({
      bodies: [{ value: { result: { error: { code: 'tool.invalid_arguments' } } } }],
    });
  });
});

describe('who settles a call', () => {
  it('is the run only where the tool is its own, and not where a server has one of that name', () => {
    expect(kindOf({ name: 'sleep', source: 'run' })).toEqual({ kind: 'sleep', target: '' });
    expect(kindOf({ name: 'ask_user', source: 'run' })).toEqual({ kind: 'ask', target: '' });
    expect(kindOf({ name: 'sleep', source: 'mcp:beds' })).toEqual({ kind: 'tool', target: '' });
    expect(kindOf(undefined)).toEqual({ kind: 'tool', target: '' });
  });

  it('is one handler a kind: two stop the process from starting, none is for a newer executor', () => {
    expect(() => new OwnCalls([new SleepCalls(), new SleepCalls()])).toThrow('Two handlers');
    expect(() => new OwnCalls([new SleepCalls()]).of('agent')).toThrow(expect.objectContaining({ retryable: true }));
  });
});
