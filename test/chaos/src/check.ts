import { isEnd, type Entry } from './entry.js';
import type { Outcome, RunSeen } from './minder.js';
import type { ModelRequestSeen } from './model-server.js';
import { allCalls, doneLine, expectedResult, isEffect, type Program } from './program.js';
import type { EffectSeen } from './witness.js';

/** What broke, by the guarantee that it breaks. */
export interface Violation {
  kind: 'lost' | 'duplicated' | 'stuck' | 'wrong';
  program: string;
  text: string;
}

export interface Evidence {
  outcomes: readonly Outcome[];
  /** By step. */
  effects: ReadonlyMap<string, readonly EffectSeen[]>;
  /** By program. */
  requests: ReadonlyMap<string, readonly ModelRequestSeen[]>;
  /** Steps that people refused or declared as not done. */
  refused: ReadonlySet<string>;
  /** When frozen processes went on: what they had begun before, they finish then. */
  thaws: readonly number[];
}

/** How long after a thaw a process may still do what it had begun. */
const THAW_MS = 6_000;
/**
 * What an entry says was so a moment before it could be read: an executor acts on what it read up to a second ago, and
 * the rest is for a machine on which everything is slow.
 */
const SLACK_MS = 3_000;

/** Holds what happened against what was promised (architecture §6). Pure. */
export function check(evidence: Evidence): Violation[] {
  return evidence.outcomes.flatMap((outcome) => {
    const { program } = outcome.scenario;
    const found: Violation[] = [];
    const say = (kind: Violation['kind'], text: string): number => found.push({ kind, program: program.id, text });
    checkEnds(outcome, say);
    for (const run of outcome.runs) checkJournal(run, say);
    checkEffects(program, outcome, evidence, say);
    checkTurns(program, outcome, evidence, say);
    checkOutput(program, outcome, evidence.refused, say);
    for (const fault of outcome.streamFaults) say('wrong', `a client that followed the run was given: ${fault}`);
    return found;
  });
}

type Say = (kind: Violation['kind'], text: string) => number;

/** A task accepted is run to an end state. */
function checkEnds({ runs, ended, cancelledAt, trouble }: Outcome, say: Say): void {
  if (trouble !== undefined) say('stuck', `its client gave up: ${trouble}`);
  for (const { runId, run, journal } of runs) {
    const { status } = run;
    if (!ended && !['completed', 'failed', 'cancelled'].includes(status))
      say('stuck', `${runId} is ${status}: ${JSON.stringify(run.wait ?? null)}, after ${told(journal.at(-1))}`);
    if (status === 'failed') say('wrong', `${runId} failed: ${JSON.stringify(run.error)}`);
    if (status === 'cancelled' && cancelledAt === undefined)
      say('wrong', `${runId} is cancelled, and nobody asked for it`);
  }
}

/** A step is journaled once, and nothing follows an end. */
function checkJournal({ runId, journal }: RunSeen, say: Say): void {
  journal.forEach(({ seq }, index) => {
    if (seq !== index + 1) say('lost', `${runId} has entry ${seq} in place ${index + 1}`);
  });
  const end = journal.findIndex(isEnd);
  if (end >= 0 && end !== journal.length - 1) say('wrong', `${runId} goes on after its end`);
  const settled = journal.flatMap(({ type, callId }) => (type === 'ToolCallSettled' ? [callId] : []));
  if (new Set(settled).size !== settled.length) say('duplicated', `${runId} has a call that was settled twice`);
  const turns = journal.flatMap(({ type, turn }) => (type === 'ModelTurnCompleted' ? [turn] : []));
  if (new Set(turns).size !== turns.length) say('duplicated', `${runId} has a turn twice`);
}

/** Irreversible at most once; attempted again only under the same key; nothing after a cancel. */
function checkEffects(program: Program, outcome: Outcome, { effects, refused, thaws }: Evidence, say: Say): void {
  const completed = outcome.runs[0]?.run.status === 'completed';
  const end = endOf(outcome.runs[0]?.journal ?? []);
  for (const call of allCalls(program).filter(isEffect)) {
    const seen = effects.get(call.step) ?? [];
    const irreversible = call.do === 'irr' || call.do === 'gate';
    if (irreversible && seen.length > 1) say('duplicated', `${call.do} ${call.step} happened ${seen.length} times`);
    if (new Set(seen.map(({ key }) => key)).size > 1)
      say('duplicated', `${call.step} was attempted under several keys`);
    if (completed && seen.length === 0 && !refused.has(call.step))
      say('lost', `${call.do} ${call.step} never happened`);
    if (outcome.cancelledAt === undefined || end === undefined) continue;
    const late = seen.find(({ at }) => at > end + SLACK_MS && !afterThaw(at, thaws));
    if (late) say('wrong', `${call.step} happened ${late.at - end} ms after the run's end`);
  }
}

/** A model turn that was journaled is never asked for again. */
function checkTurns(program: Program, { runs }: Outcome, { requests, thaws }: Evidence, say: Say): void {
  const [run] = runs;
  for (const { type, at: journaled, turn = 0 } of run?.journal ?? []) {
    if (type !== 'ModelTurnCompleted') continue;
    // Turns with calls only: what the model says at the end may be asked for again when something was said meanwhile.
    if (turn > program.turns.length) continue;
    const again = (requests.get(program.id) ?? []).find(
      (request) => request.turn === turn && request.at > journaled + SLACK_MS && !afterThaw(request.at, thaws),
    );
    if (again) say('duplicated', `turn ${turn} was asked for again ${again.at - journaled} ms after it was journaled`);
  }
}

/** A run gives what its model was told, and its model was told what happened. */
function checkOutput(program: Program, outcome: Outcome, refused: ReadonlySet<string>, say: Say): void {
  const [root] = outcome.runs;
  if (!root || root.run.status !== 'completed') return;
  const lines = (root.journal.at(-1)?.text ?? '').split('\n');
  if (lines[0] !== doneLine(program.id)) say('wrong', `the output begins with "${lines[0]}"`);
  program.turns.flat().forEach((call, index) => {
    const line = lines[index + 1] ?? '';
    if (line === `${call.step}=${expectedResult(call)}` || refused.has(call.step)) return;
    say(line === '' ? 'lost' : 'wrong', `the model was told "${line}" of ${call.do} ${call.step}`);
  });
  const heard = lines.filter((line) => line.startsWith('heard ')).length;
  const said = outcome.said === undefined ? 0 : 1;
  if (heard < said) say('lost', `"${outcome.said}" was accepted and never heard`);
  if (heard > said) say('duplicated', `heard ${heard} times what was said ${said} times`);
}

function told(entry: Entry | undefined): string {
  return entry ? `entry ${entry.seq}, ${entry.type}, of ${new Date(entry.at).toISOString()}` : 'no entry';
}

function endOf(journal: readonly Entry[]): number | undefined {
  return journal.find(isEnd)?.at;
}

function afterThaw(at: number, thaws: readonly number[]): boolean {
  return thaws.some((thaw) => at >= thaw - SLACK_MS && at <= thaw + THAW_MS);
}
