import { afterThaw, SLACK_MS, type Evidence, type Say } from './violation.js';
import type { Entry } from './entry.js';
import type { ForkSeen, Outcome } from './outcome.js';
import { allCalls, isEffect, type Program, type ProgramCall } from './program.js';

/** What a fork takes over at the same places, word for word. */
const TAKEN_OVER: ReadonlySet<string> = new Set([
  'ModelTurnCompleted',
  'ToolCallsRequested',
  'ToolCallSettled',
  'ChildRunStarted',
  'ChildRunSettled',
]);

/** A fork has what the other run did up to its place, asks and executes nothing of it again. Pure. */
export function checkFork(outcome: Outcome, { effects, requests, thaws }: Evidence, say: Say): void {
  const { fork, runs, scenario } = outcome;
  if (!fork) return;
  const { program } = scenario;
  const journal = fork.runs[0]?.journal ?? [];
  checkTakenOver(fork, runs[0]?.journal ?? [], journal, say);
  for (const call of callsBefore(program, fork)) {
    const late = (effects.get(call.step) ?? []).find(({ at }) => at > fork.at && !afterThaw(at, thaws));
    if (late) say('duplicated', `${call.step} was executed again by the fork of ${fork.of} at ${fork.seq}`);
  }
  const turns = turnsBefore(fork);
  // What an executor of the other run still asked for, on what it had read before the turn was journaled, is not the fork's.
  const heldFrom = (turn: number): number =>
    Math.max(fork.at, (journaledAt(runs[0]?.journal ?? [], turn) ?? 0) + SLACK_MS);
  const again = (requests.get(program.id) ?? []).find(
    ({ turn, at }) => turn <= turns && at > heldFrom(turn) && !afterThaw(at, thaws),
  );
  if (again) say('duplicated', `turn ${again.turn} was asked for again by the fork of ${fork.of} at ${fork.seq}`);
  for (const { type, turn = 0, at: journaled } of journal.slice(fork.seq)) {
    if (type !== 'ModelTurnCompleted' || turn > program.turns.length) continue;
    const late = (requests.get(program.id) ?? []).find(
      (request) => request.turn === turn && request.at > journaled + SLACK_MS && !afterThaw(request.at, thaws),
    );
    if (late) say('duplicated', `turn ${turn} of the fork was asked for again after it was journaled`);
  }
}

function journaledAt(journal: readonly Entry[], turn: number): number | undefined {
  return journal.find((entry) => entry.type === 'ModelTurnCompleted' && entry.turn === turn)?.at;
}

function checkTakenOver({ seq, of }: ForkSeen, theirs: readonly Entry[], ours: readonly Entry[], say: Say): void {
  theirs.slice(0, seq).forEach((entry, place) => {
    if (!TAKEN_OVER.has(entry.type)) return;
    const copy = ours[place];
    const same =
      copy?.type === entry.type &&
      copy.callId === entry.callId &&
      copy.text === entry.text &&
      copy.childRunId === entry.childRunId;
    if (!same) say('lost', `entry ${entry.seq}, ${entry.type}, of ${of} is not in its fork at ${seq}`);
  });
}

/** Turns with calls that were taken over. */
export function turnsBefore({ seq, runs }: ForkSeen): number {
  const taken = (runs[0]?.journal ?? []).slice(0, seq);
  return taken.filter(({ type }) => type === 'ModelTurnCompleted').length;
}

/** The effects whose results were taken over, with those of runs that were called. */
export function callsBefore(program: Program, fork: ForkSeen): ProgramCall[] {
  return allCalls({ id: program.id, turns: program.turns.slice(0, turnsBefore(fork)) }).filter(isEffect);
}
