import { describe, expect, it } from '@jest/globals';
import {
  RUN_EVENT_TYPES,
  SwitchyardError,
  eventTypeOf,
  toValue,
  type JsonValue,
  type RunEvent,
} from '@switchyard/contracts';
import { assistantMessage, textOf, userMessage } from '@switchyard/models';
import fc from 'fast-check';
import { draftedEvent, type RunEventBodyInit } from '../event-draft.js';
import { apply, fold } from './apply.js';
import { effectiveLimits, exceededLimit } from './limits.js';
import {
  acceptedBody,
  draft,
  identity,
  legalMoves,
  requestedBody,
  settledBody,
  start,
  turnBody,
  wireMessage,
} from './moves.fixture.js';
import { next } from './next.js';
import { hasEnded, type RunState } from './run-state.js';

/** The run that these choices make, with every state on its way. */
function play(choices: readonly number[]): { events: RunEvent[]; states: RunState[] } {
  const events: RunEvent[] = [];
  const states = [start];
  for (const choice of choices) {
    const state = states.at(-1) ?? start;
    const moves = legalMoves(state);
    const body = moves[choice % moves.length];
    if (!body) break;
    const event = draftedEvent(identity, state.seq + 1, draft(state, body));
    events.push(event);
    states.push(apply(frozen(state), event));
  }
  return { events, states };
}

const runs = fc.array(fc.nat({ max: 999 }), { minLength: 1, maxLength: 40 }).map(play);

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(frozen);
  return Object.freeze(value);
}

function after(...bodies: (RunEventBodyInit | ((state: RunState) => RunEventBodyInit))[]): RunState {
  return bodies.reduce<RunState>((state, body) => {
    const init = typeof body === 'function' ? body(state) : body;
    return apply(state, draftedEvent(identity, state.seq + 1, draft(state, init)));
  }, start);
}

const withCalls = (...ids: string[]) => [acceptedBody(), (state: RunState) => turnBody(state, ids), requestedBody(ids)];

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof SwitchyardError) return error.code;
    throw error;
  }
  return '';
}

describe('the fold', () => {
  it('takes every legal sequence, and every kind of event is among them', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(runs, ({ events, states }) => {
        events.forEach((event) => seen.add(eventTypeOf(event)));
        expect(fold(events)).toEqual(states.at(-1));
      }),
      // The same every time: a rare kind may be missing among any thousand.
      { numRuns: 1_000, seed: 1 },
    );
    expect([...seen].sort()).toEqual([...RUN_EVENT_TYPES].sort());
  });

  it('is incremental: folding on from anywhere gives the same', () => {
    fc.assert(
      fc.property(runs, fc.nat({ max: 40 }), ({ events, states }, cut) => {
        const at = Math.min(cut, events.length);
        expect(fold(events.slice(at), states[at])).toEqual(states.at(-1));
      }),
    );
  });

  it('gives a state that survives JSON unchanged', () => {
    fc.assert(
      fc.property(runs, ({ states }) =>
        states.forEach((state) => expect(JSON.parse(JSON.stringify(state))).toEqual(state)),
      ),
    );
  });

  it('never has two ends: after an end nothing is taken', () => {
    fc.assert(
      fc.property(runs, fc.nat({ max: 99 }), ({ events, states }, choice) => {
        expect(
          events.filter((event) => eventTypeOf(event).match(/^Run(Completed|Failed|Cancelled)$/)).length,
        ).toBeLessThanOrEqual(1);
        const end = states.at(-1) ?? start;
        if (!hasEnded(end)) return;
        const moves = legalMoves({ ...end, status: 'running' });
        const body = moves[choice % moves.length] ?? acceptedBody();
        expect(codeOf(() => apply(end, draftedEvent(identity, end.seq + 1, draft(end, body))))).toBe(
          'journal.after_end',
        );
      }),
      { numRuns: 500 },
    );
  });

  it('refuses with a code, and never breaks, whatever event meets whatever state', () => {
    const bodies = runs.map(({ events }) => events);
    fc.assert(
      fc.property(runs, bodies, ({ states }, events) => {
        const state = states.at(-1) ?? start;
        for (const event of events) {
          const code = codeOf(() => apply(state, { ...event, seq: state.seq + 1 }));
          expect(['', 'journal.illegal', 'journal.after_end']).toContain(code);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('refuses gaps, repetitions and other runs', () => {
    const state = after(acceptedBody());
    const event = (seq: number, runId = identity.runId) =>
      draftedEvent({ ...identity, runId }, seq, draft(state, turnBody(state)));
    expect(codeOf(() => apply(state, event(3)))).toBe('journal.illegal');
    expect(codeOf(() => apply(state, event(1)))).toBe('journal.illegal');
    expect(codeOf(() => apply(state, event(2, 'run_2')))).toBe('journal.illegal');
    expect(codeOf(() => apply(state, event(2)))).toBe('');
    expect(codeOf(() => fold([]))).toBe('journal.empty');
  });

  it.each<[string, (RunEventBodyInit | ((state: RunState) => RunEventBodyInit))[]]>([
    ['anything before RunAccepted', [(state) => turnBody(state)]],
    ['a second RunAccepted', [acceptedBody(), acceptedBody()]],
    ['a turn out of order', [acceptedBody(), (state) => turnBody({ ...state, turns: 4 })]],
    ['a turn while calls are open', [...withCalls('a'), (state) => turnBody(state)]],
    [
      'a turn while parked',
      [acceptedBody(), { case: 'runParked', value: { reason: 'input' } }, (state) => turnBody(state)],
    ],
    ['calls that the answer does not hold', [acceptedBody(), (state) => turnBody(state, ['a']), requestedBody(['b'])]],
    ['a call requested twice', [acceptedBody(), (state) => turnBody(state, ['a']), requestedBody(['a', 'a'])]],
    ['a result nobody asked for', [...withCalls('a'), settledBody('b')]],
    ['a second result', [...withCalls('a', 'b'), settledBody('a'), settledBody('a')]],
    [
      'a result while parked',
      [...withCalls('a'), { case: 'runParked', value: { reason: 'tool', callIds: ['a'] } }, settledBody('a')],
    ],
    [
      'parking on a call that is settled',
      [...withCalls('a', 'b'), settledBody('a'), { case: 'runParked', value: { reason: 'tool', callIds: ['a'] } }],
    ],
    ['resuming what is not parked', [acceptedBody(), { case: 'runResumed', value: { cause: 'resumed' } }]],
    ['completing before a turn', [acceptedBody(), { case: 'runCompleted', value: { output: toValue('x') } }]],
    ['completing with calls open', [...withCalls('a'), { case: 'runCompleted', value: { output: toValue('x') } }]],
    [
      'an approval nobody asked for',
      [...withCalls('a'), { case: 'approvalResolved', value: { callId: 'a', decision: 'approved' } }],
    ],
    [
      'a decision that is none',
      [
        ...withCalls('a'),
        { case: 'approvalRequested', value: { callId: 'a' } },
        { case: 'approvalResolved', value: { callId: 'a', decision: 'perhaps' } },
      ],
    ],
    [
      'a child that was not started',
      [...withCalls('a'), { case: 'childRunSettled', value: { callId: 'a', childRunId: 'run_9' } }],
    ],
    [
      'a switch from another backend',
      [acceptedBody(), { case: 'backendSwitched', value: { from: 'nine', to: 'two' } }],
    ],
    [
      'a message of no known form',
      [acceptedBody(), { case: 'inputAppended', value: { source: 'user', messages: [{ text: 'hi' }] } }],
    ],
    [
      'a turn spoken by the user',
      [acceptedBody(), { case: 'modelTurnCompleted', value: { turn: 1, message: wireMessage(userMessage('me')) } }],
    ],
  ])('refuses %s', (_what, bodies) => {
    expect(codeOf(() => after(...bodies))).toBe('journal.illegal');
  });
});

describe('what a run knows', () => {
  it('adds up turns, calls, tokens and money, and keeps the last configuration', () => {
    const state = after(...withCalls('a', 'b'), settledBody('a'), settledBody('b'), (s) => turnBody(s));
    expect(state).toMatchObject({
      status: 'running',
      turns: 2,
      toolCalls: 2,
      costUsd: 0.5,
      configuration: 'sha256:c2',
      usage: { inputTokens: 20, outputTokens: 8, cacheReadTokens: 6, cacheWriteTokens: 4, reasoningTokens: 2 },
      createdAt: '2026-01-01T00:00:00.000Z',
      traceId: 'abc',
    });
  });

  it('adds up what was repeated, mended and overridden by a person, and keeps how soon it spoke first', () => {
    const hardTurn =
      (firstTokenMs: number, callIds: string[] = []) =>
      (state: RunState) =>
        turnBody(state, callIds, 'hm', { attempts: 3, repairs: ['a comma'], firstTokenMs });
    const asked = (callId: string, decision: string, by: string): RunEventBodyInit[] => [
      { case: 'approvalRequested', value: { callId, tool: 'calculator' } },
      { case: 'approvalResolved', value: { callId, decision, by } },
    ];
    const ids = ['a', 'b', 'c', 'd'];
    const state = after(
      acceptedBody(),
      hardTurn(120, ids),
      requestedBody(ids),
      ...asked('a', 'denied', 'user:ann'),
      ...asked('b', 'edited', 'user:ann'),
      ...asked('c', 'approved', 'user:ann'),
      ...asked('d', 'denied', 'policy:none'),
      ...ids.map((id) => settledBody(id)),
      hardTurn(80),
    );
    expect(state).toMatchObject({ retries: 4, repairs: 2, overrides: 2, firstTokenMs: 120 });
  });

  it('keeps where it may go and where it has been; a turn of the old backend may stand after a move', () => {
    const error = { code: 'model.quota', message: 'Empty.' };
    const state = after(
      { case: 'runAccepted', value: { backend: 'one', fallbacks: ['two', '*'] } },
      { case: 'backendSwitched', value: { from: 'one', to: 'two', reason: 'asked for' } },
      (s) => turnBody(s),
      { case: 'backendSwitched', value: { from: 'two', to: 'three', reason: 'model.quota: Empty.', error } },
    );
    expect(state).toMatchObject({ backend: 'three', turns: 1, fallbacks: ['two', '*'] });
    expect(state.switches).toEqual([
      { seq: 2, from: 'one', to: 'two', reason: 'asked for', error: null },
      {
        ...{ seq: 4, from: 'two', to: 'three', reason: 'model.quota: Empty.' },
        error: { ...error, retryable: false, details: {} },
      },
    ]);
  });

  it('puts results after the answer in the order of the calls, whichever came first', () => {
    const state = after(...withCalls('a', 'b'), settledBody('b', 'second'), settledBody('a', 'first'));
    const results = state.messages.slice(-2).map((message) => message.parts[0]);
    expect(results).toMatchObject([
      { type: 'tool_result', callId: 'a', isError: false, parts: [{ text: 'first' }] },
      { type: 'tool_result', callId: 'b', isError: false, parts: [{ text: 'second' }] },
    ]);
  });

  it('puts history and recalled context before the input, and what the user adds at the end', () => {
    const append = (source: string, text: string): RunEventBodyInit => ({
      case: 'inputAppended',
      value: { source, messages: [wireMessage(source === 'thread' ? assistantMessage(text) : userMessage(text))] },
    });
    const state = after(acceptedBody(), append('thread', 'before'), append('memory', 'known'), append('user', 'more'));
    expect(state.messages.map((message) => textOf(message))).toEqual(['before', 'known', 'What is 2 + 2?', 'more']);
  });

  it('holds back what the user adds while calls are open until their results stand', () => {
    const more: RunEventBodyInit = {
      case: 'inputAppended',
      value: { source: 'user', messages: [wireMessage(userMessage('hurry'))] },
    };
    const open = after(...withCalls('a'), more);
    expect(open.messages.at(-1)?.role).toBe('assistant');
    const state = apply(open, draftedEvent(identity, open.seq + 1, draft(open, settledBody('a'))));
    expect(state.messages.slice(-2).map((message) => message.role)).toEqual(['tool', 'user']);
    expect(state.messages).toHaveLength(state.messageSeqs.length);
  });

  it('shows the model an input that is no text as JSON', () => {
    const state = after({ case: 'runAccepted', value: { backend: 'one', input: toValue({ a: [1] }) } });
    expect(JSON.parse(textOf(state.messages[0] ?? userMessage('')))).toEqual({ a: [1] });
  });

  it('replaces by a summary only what is older', () => {
    const state = after(...withCalls('a'), settledBody('a'), (s) => turnBody(s, [], 'four'), {
      case: 'contextCompacted',
      value: { upToSeq: 4, messages: [wireMessage(userMessage('summary'))] },
    });
    expect(state.messages.map((message) => textOf(message))).toEqual(['summary', 'four']);
  });

  it('tells a failed call to the model as an error with its reason', () => {
    const state = after(...withCalls('a'), {
      case: 'toolCallSettled',
      value: {
        tool: 'calculator',
        result: { callId: 'a', status: 'error', error: { code: 'tool.invalid_arguments', message: 'no number' } },
      },
    });
    expect(state.messages.at(-1)?.parts[0]).toMatchObject({
      isError: true,
      parts: [{ text: 'tool.invalid_arguments: no number' }],
    });
    expect(state.rejectedTurns).toBe(1);
  });

  it('an approval that changed the arguments changes the call', () => {
    const state = after(
      ...withCalls('a'),
      { case: 'approvalRequested', value: { callId: 'a' } },
      {
        case: 'approvalResolved',
        value: { callId: 'a', decision: 'edited', arguments: { expression: '5' } },
      },
    );
    expect(state.openCalls[0]).toMatchObject({ approval: 'edited', arguments: { expression: '5' } });
  });

  it('keeps how it ended', () => {
    const failed = after(acceptedBody(), {
      case: 'runFailed',
      value: { error: { code: 'model.auth', message: 'no key', details: { status: 401 } } },
    });
    expect(failed).toMatchObject({
      status: 'failed',
      error: { code: 'model.auth', details: { status: 401 } },
      endedAt: '2026-01-01T00:00:01.000Z',
    });
    const mute: RunEventBodyInit = { case: 'runFailed', value: { asked: { fingerprint: 'sha256:mute' } } };
    expect(failed.configuration).toBe('');
    expect(after(acceptedBody(), mute).configuration).toBe('sha256:mute');
    expect(after(acceptedBody(), (s) => turnBody(s), mute).configuration).toBe('sha256:mute');
    expect(after(acceptedBody(), (s) => turnBody(s), { case: 'runFailed', value: {} }).configuration).toBe('sha256:c1');
    const cancelled = after(acceptedBody(), { case: 'runCancelled', value: { reason: 'enough', by: 'user:ann' } });
    expect(cancelled).toMatchObject({ status: 'cancelled', error: { code: 'run.cancelled', message: 'enough' } });
    const completed = after(acceptedBody(), (s) => turnBody(s), {
      case: 'runCompleted',
      value: { output: toValue({ answer: 4 }) },
    });
    expect(completed).toMatchObject({ status: 'completed', output: { answer: 4 }, error: null });
  });
});

describe('next', () => {
  it('has one action for every state, and none for a run that ended or waits', () => {
    fc.assert(
      fc.property(runs, ({ states }) => {
        for (const state of states) {
          const action = next(state);
          if (hasEnded(state)) expect(action).toEqual({ type: 'Wait', reason: 'ended' });
          else if (state.parked) expect(action).toEqual({ type: 'Wait', reason: state.parked.reason });
          if (action.type === 'CallTools') expect(action.calls.every((call) => call.result === null)).toBe(true);
          if (action.type === 'CallModel') expect(action.turn).toBe(state.turns + 1);
        }
      }),
    );
  });

  it('goes model, tools, model, finish', () => {
    expect(next(start)).toEqual({ type: 'Wait', reason: 'not_accepted' });
    expect(next(after(acceptedBody()))).toEqual({ type: 'CallModel', turn: 1 });
    const open = after(...withCalls('a', 'b'), settledBody('a'));
    expect(next(open)).toMatchObject({ type: 'CallTools', calls: [{ callId: 'b' }] });
    expect(next(after(...withCalls('a'), settledBody('a')))).toEqual({ type: 'CallModel', turn: 2 });
    expect(next(after(acceptedBody(), (s) => turnBody(s, [], 'It is 4.')))).toEqual({
      type: 'Finish',
      output: 'It is 4.',
    });
  });

  it('gives the value of the last answer where it is one, null and text included, and the text where it is none', () => {
    const answered = (value: JsonValue) => (s: RunState) => {
      const body = turnBody(s, [], 'the text');
      return body.case === 'modelTurnCompleted'
        ? { case: body.case, value: { ...body.value, result: toValue(value) } }
        : body;
    };
    for (const value of [{ sum: 4 }, [], 0, '', null])
      expect(next(after(acceptedBody(), answered(value)))).toEqual({ type: 'Finish', output: value });
    const told: RunEventBodyInit = {
      case: 'inputAppended',
      value: { source: 'result', messages: [wireMessage(userMessage('It does not fit.'))] },
    };
    const repeated = after(acceptedBody(), answered(1), told);
    expect(next(repeated)).toEqual({ type: 'CallModel', turn: 2 });
    expect(repeated.rejectedResults).toBe(1);
    expect(next(after(acceptedBody(), answered(1), told, (s) => turnBody(s, [], 'Words.')))).toEqual({
      type: 'Finish',
      output: 'Words.',
    });
  });

  it('takes another turn when input joined after the answer', () => {
    const more: RunEventBodyInit = {
      case: 'inputAppended',
      value: { source: 'user', messages: [wireMessage(userMessage('and?'))] },
    };
    expect(next(after(acceptedBody(), (s) => turnBody(s), more))).toEqual({ type: 'CallModel', turn: 2 });
  });

  it('history that ends with an answer is no answer to the input', () => {
    const history: RunEventBodyInit = {
      case: 'inputAppended',
      value: { source: 'thread', messages: [wireMessage(assistantMessage('hi'))] },
    };
    expect(next(after(acceptedBody(), history))).toEqual({ type: 'CallModel', turn: 1 });
  });
});

describe('limits', () => {
  const platform = { turns: 50, tokens: 1_000, seconds: 60, costUsd: 1 };
  const now = new Date('2026-01-01T00:00:30.000Z');

  it("the run's own bounds win over the platform's", () => {
    expect(effectiveLimits(after(acceptedBody()), platform)).toEqual({ ...platform, turns: 8 });
  });

  it.each([
    [
      { turns: 1, tokens: 0, seconds: 0, costUsd: 0 },
      { limit: 'turns', allowed: 1, used: 1 },
    ],
    [
      { turns: 0, tokens: 14, seconds: 0, costUsd: 0 },
      { limit: 'tokens', allowed: 14, used: 14 },
    ],
    [
      { turns: 0, tokens: 0, seconds: 30, costUsd: 0 },
      { limit: 'seconds', allowed: 30, used: 30 },
    ],
    [
      { turns: 0, tokens: 0, seconds: 0, costUsd: 0.2 },
      { limit: 'cost_usd', allowed: 0.2, used: 0.25 },
    ],
  ])('says which bound was met, and the numbers: %j', (limits, details) => {
    const state = after(acceptedBody(), (s) => turnBody(s));
    expect(exceededLimit(state, limits, now)).toMatchObject({ code: 'run.limit_exceeded', retryable: false, details });
  });

  it('lets a run go on below every bound, and 0 is no bound', () => {
    const state = after(acceptedBody(), (s) => turnBody(s));
    expect(exceededLimit(state, platform, now)).toBeNull();
    expect(exceededLimit(state, { turns: 0, tokens: 0, seconds: 0, costUsd: 0 }, now)).toBeNull();
  });
});
