import { create, RunEventSchema, timestampFromMs, toValue, type MessageInitShape } from '@switchyard/contracts';
import { entryOf, type Entry } from './entry.js';
import type { Outcome, RunSeen } from './outcome.js';
import { outputOf, type Program } from './program.js';
import type { Evidence, Violation } from './violation.js';

export const BEGAN = 1_000_000;
const EVERY_MS = 100;

export type Body = NonNullable<MessageInitShape<typeof RunEventSchema>['body']>;

/** One entry every 100 ms, from `began` on. */
export function journal(bodies: readonly Body[], began = BEGAN): Entry[] {
  return bodies.map((body, index) =>
    entryOf(
      create(RunEventSchema, { runId: 'run', seq: index + 1, time: timestampFromMs(began + index * EVERY_MS), body }),
    ),
  );
}

export const accepted: Body = { case: 'runAccepted', value: {} };
export const settled = (callId = 'call_1'): Body => ({ case: 'toolCallSettled', value: { result: { callId } } });
export const completed = (text: string): Body => ({ case: 'runCompleted', value: { output: toValue(text) } });

/** A model turn that was asked for when it was journaled. */
export function turn(number: number, text = '', startedAt = BEGAN): Body {
  const message = { role: 'assistant', parts: text === '' ? [] : [{ type: 'text', text }] };
  return { case: 'modelTurnCompleted', value: { turn: number, message, startedAt: timestampFromMs(startedAt) } };
}

/** A program of one irreversible call, and what its run says when all went well. */
export const program: Program = { id: 'p', turns: [[{ do: 'irr', step: 'p.0.0' }]] };
export const output = outputOf('p', [{ step: 'p.0.0', result: 'irr p.0.0' }], []);
export const whole = (text = output): Entry[] => journal([accepted, turn(1), settled(), turn(2), completed(text)]);

export function runSeen(entries: Entry[], status = 'completed', runId = 'run_1'): RunSeen {
  return { runId, run: { status }, journal: entries };
}

/** A run in which all went well, with what is said of it changed. */
export function evidence(outcome: Partial<Outcome> = {}, more: Partial<Evidence> = {}): Evidence {
  const fine = { scenario: { program, watched: false }, runs: [runSeen(whole())], ended: true, streamFaults: [] };
  return {
    outcomes: [{ ...fine, ...outcome }],
    effects: new Map([['p.0.0', [{ tool: 'irr', key: 'call_1', at: BEGAN + 150 }]]]),
    requests: new Map([['p', [{ turn: 1, at: BEGAN + 50 }]]]),
    refused: new Set(),
    thaws: [],
    ...more,
  };
}

export const kinds = (found: readonly Violation[]): string[] => found.map(({ kind }) => kind);
