import { eventTypeOf, fromValue, timestampMs, type RunEvent } from '@switchyard/contracts';
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
  effects: readonly EffectSeen[];
  requests: readonly ModelRequestSeen[];
  /** Steps that people refused or declared as not done. */
  refused: ReadonlySet<string>;
  /** When frozen processes went on: what they had begun before, they finish then. */
  thaws: readonly number[];
}

/** How long after a thaw a process may still do what it had begun. */
const THAW_MS = 6_000;
/** Clocks are one, but what is written in the journal was made a moment before. */
const SLACK_MS = 1_500;
const ENDS = /^(RunCompleted|RunFailed|RunCancelled)$/;

/** Holds what happened against what was promised (architecture §6). Pure. */
export function check(evidence: Evidence): Violation[] {
  const bySteps = groupBy(evidence.effects, ({ step }) => step);
  const byProgram = groupBy(evidence.requests, ({ program }) => program);
  return evidence.outcomes.flatMap((outcome) => {
    const { program } = outcome.scenario;
    const found: Violation[] = [];
    const say = (kind: Violation['kind'], text: string): number => found.push({ kind, program: program.id, text });
    checkEnds(outcome, say);
    for (const run of outcome.runs) checkJournal(run, say);
    checkEffects(program, outcome, bySteps, evidence, say);
    checkTurns(program, outcome, byProgram, evidence, say);
    checkOutput(program, outcome, evidence.refused, say);
    for (const fault of outcome.streamFaults) say('wrong', `a client that followed the run was given: ${fault}`);
    return found;
  });
}

type Say = (kind: Violation['kind'], text: string) => number;

/** A task accepted is run to an end state. */
function checkEnds({ runs, ended, cancelledAt }: Outcome, say: Say): void {
  for (const { runId, run } of runs) {
    const status = String(run['status']);
    if (!ended && !['completed', 'failed', 'cancelled'].includes(status))
      say('stuck', `${runId} is ${status}: ${JSON.stringify(run['wait'] ?? null)}`);
    if (status === 'failed') say('wrong', `${runId} failed: ${JSON.stringify(run['error'])}`);
    if (status === 'cancelled' && cancelledAt === undefined)
      say('wrong', `${runId} is cancelled, and nobody asked for it`);
  }
}

/** A step is journaled once, and nothing follows an end. */
function checkJournal({ runId, journal }: RunSeen, say: Say): void {
  journal.forEach(({ seq }, index) => {
    if (seq !== index + 1) say('lost', `${runId} has entry ${seq} in place ${index + 1}`);
  });
  const end = journal.findIndex((event) => ENDS.test(eventTypeOf(event)));
  if (end >= 0 && end !== journal.length - 1) say('wrong', `${runId} goes on after its end`);
  const settled = journal.flatMap(({ body }) =>
    body.case === 'toolCallSettled' ? [body.value.result?.callId ?? ''] : [],
  );
  if (new Set(settled).size !== settled.length) say('duplicated', `${runId} has a call that was settled twice`);
  const turns = journal.flatMap(({ body }) => (body.case === 'modelTurnCompleted' ? [body.value.turn] : []));
  if (new Set(turns).size !== turns.length) say('duplicated', `${runId} has a turn twice`);
}

/** Irreversible at most once; attempted again only under the same key; nothing after a cancel. */
function checkEffects(
  program: Program,
  outcome: Outcome,
  bySteps: ReadonlyMap<string, EffectSeen[]>,
  { refused, thaws }: Evidence,
  say: Say,
): void {
  const completed = outcome.runs[0]?.run['status'] === 'completed';
  const end = endOf(outcome.runs[0]?.journal ?? []);
  for (const call of allCalls(program).filter(isEffect)) {
    const seen = bySteps.get(call.step) ?? [];
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
function checkTurns(
  program: Program,
  { runs }: Outcome,
  byProgram: ReadonlyMap<string, ModelRequestSeen[]>,
  { thaws }: Evidence,
  say: Say,
): void {
  const [run] = runs;
  for (const { body, time } of run?.journal ?? []) {
    if (body.case !== 'modelTurnCompleted' || !time) continue;
    const { turn } = body.value;
    const journaled = timestampMs(time);
    // Turns with calls only: what the model says at the end may be asked for again when something was said meanwhile.
    if (turn > program.turns.length) continue;
    const again = (byProgram.get(program.id) ?? []).find(
      (request) => request.turn === turn && request.at > journaled + SLACK_MS && !afterThaw(request.at, thaws),
    );
    if (again) say('duplicated', `turn ${turn} was asked for again ${again.at - journaled} ms after it was journaled`);
  }
}

/** A run gives what its model was told, and its model was told what happened. */
function checkOutput(program: Program, outcome: Outcome, refused: ReadonlySet<string>, say: Say): void {
  const [root] = outcome.runs;
  if (!root || root.run['status'] !== 'completed') return;
  const end = root.journal.at(-1)?.body;
  const output = end?.case === 'runCompleted' ? String(fromValue(end.value.output)) : '';
  const lines = output.split('\n');
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

function endOf(journal: readonly RunEvent[]): number | undefined {
  const end = journal.find((event) => ENDS.test(eventTypeOf(event)));
  return end?.time ? timestampMs(end.time) : undefined;
}

function afterThaw(at: number, thaws: readonly number[]): boolean {
  return thaws.some((thaw) => at >= thaw - SLACK_MS && at <= thaw + THAW_MS);
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
