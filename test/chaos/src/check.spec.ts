import { describe, expect, it } from '@jest/globals';
import { create, RunEventSchema, timestampFromMs, toValue, type MessageInitShape } from '@switchyard/contracts';
import { check, type Evidence, type Violation } from './check.js';
import { entryOf, type Entry } from './entry.js';
import type { Outcome } from './minder.js';
import { outputOf, type Program } from './program.js';

const program: Program = { id: 'p', turns: [[{ do: 'irr', step: 'p.0.0' }]] };
const BEGAN = 1_000_000;

type Body = NonNullable<MessageInitShape<typeof RunEventSchema>['body']>;

function journal(...bodies: readonly Body[]): Entry[] {
  return bodies.map((body, index) =>
    entryOf(
      create(RunEventSchema, { runId: 'run_1', seq: index + 1, time: timestampFromMs(BEGAN + index * 100), body }),
    ),
  );
}

const turn = (number: number): Body => ({ case: 'modelTurnCompleted', value: { turn: number } });
const settled: Body = { case: 'toolCallSettled', value: { result: { callId: 'call_1' } } };
const output = outputOf('p', [{ step: 'p.0.0', result: 'irr p.0.0' }], []);
const completed = (text = output): Body => ({ case: 'runCompleted', value: { output: toValue(text) } });
const whole = (): Entry[] => journal({ case: 'runAccepted', value: {} }, turn(1), settled, turn(2), completed());

/** A run in which all went well, with what is said of it changed. */
function evidence(outcome: Partial<Outcome> = {}, more: Partial<Evidence> = {}): Evidence {
  const runs = [{ runId: 'run_1', run: { status: 'completed' }, journal: whole() }];
  return {
    outcomes: [{ scenario: { program, watched: false }, runs, ended: true, streamFaults: [], ...outcome }],
    effects: new Map([['p.0.0', [{ tool: 'irr', key: 'call_1', at: BEGAN + 150 }]]]),
    requests: new Map([['p', [{ turn: 1, at: BEGAN + 50 }]]]),
    refused: new Set(),
    thaws: [],
    ...more,
  };
}

const kinds = (found: readonly Violation[]): string[] => found.map(({ kind }) => kind);
const withJournal = (events: Entry[], status = 'completed'): Partial<Outcome> => ({
  runs: [{ runId: 'run_1', run: { status }, journal: events }],
});

describe('what the verifier finds', () => {
  it('is nothing where all went well', () => {
    expect(check(evidence())).toEqual([]);
  });

  it('is a run that never ended', () => {
    const outcome = { ...withJournal(whole().slice(0, 3), 'running'), ended: false };
    expect(check(evidence(outcome))).toMatchObject([
      { kind: 'stuck', text: expect.stringMatching(/^run_1 is running.*entry 3, ToolCallSettled/) },
    ]);
  });

  it('is an irreversible effect that happened twice, and an attempt under another key', () => {
    const seen = [1, 2].map((key) => ({ tool: 'irr' as const, key: `call_${key}`, at: BEGAN + 150 }));
    const effects = new Map([['p.0.0', seen]]);
    expect(kinds(check(evidence({}, { effects })))).toEqual(['duplicated', 'duplicated']);
  });

  it('is an effect that never happened although its run is complete', () => {
    expect(kinds(check(evidence({}, { effects: new Map() })))).toEqual(['lost']);
    expect(check(evidence({}, { effects: new Map(), refused: new Set(['p.0.0']) }))).toEqual([]);
  });

  it('is an entry that is missing, a call that is settled twice, a turn that stands twice, and what follows an end', () => {
    const [accepted, first, result, second, end] = whole();
    if (!accepted || !first || !result || !second || !end) throw new Error('a journal of five entries');
    expect(kinds(check(evidence(withJournal([accepted, first, second, end]))))).toContain('lost');
    const again = journal({ case: 'runAccepted', value: {} }, turn(1), settled, settled, turn(1), completed());
    expect(kinds(check(evidence(withJournal(again))))).toEqual(['duplicated', 'duplicated']);
    const after = journal({ case: 'runAccepted', value: {} }, turn(1), completed(), settled);
    expect(kinds(check(evidence(withJournal(after))))).toContain('wrong');
  });

  it('is a turn that was asked for again after it was journaled, but for a process that was frozen meanwhile', () => {
    const requests = new Map([['p', [{ turn: 1, at: BEGAN + 9_000 }]]]);
    expect(kinds(check(evidence({}, { requests })))).toEqual(['duplicated']);
    expect(check(evidence({}, { requests, thaws: [BEGAN + 8_000] }))).toEqual([]);
  });

  it('is an output that says something else than what happened', () => {
    const lying = outputOf('p', [{ step: 'p.0.0', result: 'tool.failed' }], []);
    const events = journal({ case: 'runAccepted', value: {} }, turn(1), settled, turn(2), completed(lying));
    expect(kinds(check(evidence(withJournal(events))))).toEqual(['wrong']);
  });

  it('is what was said and not heard, or heard and not said', () => {
    expect(kinds(check(evidence({ said: 'hello' })))).toEqual(['lost']);
    const heard = outputOf('p', [{ step: 'p.0.0', result: 'irr p.0.0' }], ['hello']);
    const events = journal({ case: 'runAccepted', value: {} }, turn(1), settled, turn(2), completed(heard));
    expect(kinds(check(evidence(withJournal(events))))).toEqual(['duplicated']);
    expect(check(evidence({ ...withJournal(events), said: 'hello' }))).toEqual([]);
  });

  it('is an effect after the end of a run that was cancelled, and a cancel that nobody asked for', () => {
    const cancelled = withJournal(
      journal({ case: 'runAccepted', value: {} }, turn(1), { case: 'runCancelled', value: {} }),
      'cancelled',
    );
    const effects = new Map([['p.0.0', [{ tool: 'irr' as const, key: 'call_1', at: BEGAN + 20_000 }]]]);
    expect(kinds(check(evidence({ ...cancelled, cancelledAt: BEGAN + 200 }, { effects })))).toEqual(['wrong']);
    expect(kinds(check(evidence(cancelled)))).toEqual(['wrong']);
  });

  it('is a stream that was given to its reader wrongly', () => {
    expect(kinds(check(evidence({ streamFaults: ['RunCompleted 5 came after 3'] })))).toEqual(['wrong']);
  });
});
