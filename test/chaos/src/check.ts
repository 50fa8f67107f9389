import { checkAllowance, checkBudget } from './check-budget.js';
import { callsBefore, checkFork } from './check-fork.js';
import { checkSchedule } from './check-schedule.js';
import { checkThread } from './check-thread.js';
import { isEnd, type Entry } from './entry.js';
import { addTo } from './group.js';
import { hasEnded, type Outcome, type RunSeen } from './outcome.js';
import { allCalls, doneLine, expectedResult, isEffect, type Program } from './program.js';
import { afterThaw, SLACK_MS, type Evidence, type Say, type Violation } from './violation.js';

/** Where a run of a limited scenario may end. */
const OUT_OF_BUDGET: ReadonlySet<string> = new Set(['budget.exhausted', 'run.limit_exceeded']);

/** Holds what happened against what was promised (architecture §6). Pure. */
export function check(evidence: Evidence): Violation[] {
  const found: Violation[] = [];
  const sayOf =
    (program: string): Say =>
    (kind, text) =>
      void found.push({ kind, program, text });
  const threads = new Map<string, Outcome[]>();
  for (const outcome of evidence.outcomes) {
    const { program, message } = outcome.scenario;
    checkOutcome(outcome, evidence, sayOf(program.id));
    if (message) addTo(threads, message.thread, outcome);
  }
  for (const [thread, messages] of threads) checkThread(messages, sayOf(thread));
  const frugal = evidence.outcomes.filter(({ scenario }) => scenario.frugal);
  if (evidence.allowance) checkAllowance(frugal, evidence.allowance, sayOf('the frugal agent'));
  if (evidence.schedule) checkSchedule(evidence.schedule, sayOf('schedule'));
  return found;
}

function checkOutcome(outcome: Outcome, evidence: Evidence, say: Say): void {
  const { runs, fork, streamFaults } = outcome;
  checkEnds(outcome, say);
  for (const run of [...runs, ...(fork?.runs ?? [])]) checkJournal(run, say);
  checkEffects(outcome, evidence, say);
  checkTurns(outcome, evidence, say);
  checkOutput(runs, outcome, evidence.refused, say);
  if (fork) checkOutput(fork.runs, outcome, evidence.refused, say);
  checkBudget(outcome, say);
  checkFork(outcome, evidence, say);
  for (const fault of streamFaults) say('wrong', `a client that followed the run was given: ${fault}`);
}

/** A task accepted is run to an end state. */
function checkEnds({ scenario, runs, fork, ended, cancelledAt, trouble }: Outcome, say: Say): void {
  if (trouble !== undefined) say('stuck', `its client gave up: ${trouble}`);
  // Who interrupted a run of a thread is another question.
  const mayBeCancelled = cancelledAt !== undefined || (scenario.message && runs[0]?.run.status === 'cancelled');
  for (const { runId, run, journal } of [...runs, ...(fork?.runs ?? [])]) {
    const { status } = run;
    if (!ended && !hasEnded(run))
      say('stuck', `${runId} is ${status}: ${JSON.stringify(run.wait ?? null)}, after ${told(journal.at(-1))}`);
    const isOutOfBudget =
      (scenario.tokens !== undefined || scenario.frugal) && OUT_OF_BUDGET.has(journal.at(-1)?.text ?? '');
    if (status === 'failed' && !isOutOfBudget) say('wrong', `${runId} failed: ${JSON.stringify(run.error)}`);
    if (status === 'cancelled' && !mayBeCancelled) say('wrong', `${runId} is cancelled, and nobody asked for it`);
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
function checkEffects(outcome: Outcome, { effects, refused, thaws, withoutKeys }: Evidence, say: Say): void {
  const { runs, fork, cancelledAt } = outcome;
  const { program } = outcome.scenario;
  const isWhole = isComplete(runs) && (fork === undefined || isComplete(fork.runs));
  const end = endOf(runs[0]?.journal ?? []);
  const wasStopped = cancelledAt !== undefined || runs[0]?.run.status === 'cancelled';
  const takenOver = new Set(fork ? callsBefore(program, fork).map(({ step }) => step) : []);
  for (const call of allCalls(program).filter(isEffect)) {
    const seen = effects.get(call.step) ?? [];
    const byKey = new Map<string, number>();
    const keyless = withoutKeys ? seen.find(({ key }) => key !== '')?.key : undefined;
    for (const { key } of seen) {
      const of = key === '' ? (keyless ?? '') : key;
      byKey.set(of, (byKey.get(of) ?? 0) + 1);
    }
    // What a fork did not take over it does by itself.
    const calls = fork === undefined || takenOver.has(call.step) ? 1 : 2;
    const irreversible = call.do === 'irr' || call.do === 'gate';
    const most = Math.max(0, ...byKey.values());
    if (irreversible && most > 1) say('duplicated', `${call.do} ${call.step} happened ${most} times`);
    if (byKey.size > calls) say('duplicated', `${call.do} ${call.step} was attempted under ${byKey.size} keys`);
    if (isWhole && byKey.size < calls && !refused.has(call.step))
      say('lost', `${call.do} ${call.step} happened for ${byKey.size} of ${calls} runs`);
    if (!wasStopped || end === undefined) continue;
    const late = seen.find(({ at }) => at > end + SLACK_MS && !afterThaw(at, thaws));
    if (late) say('wrong', `${call.step} happened ${late.at - end} ms after the run's end`);
  }
}

/** A model turn that was journaled is never asked for again. */
function checkTurns({ scenario, runs, fork }: Outcome, { requests, thaws }: Evidence, say: Say): void {
  const { program } = scenario;
  const asked = (requests.get(program.id) ?? []).filter(({ at }) => fork === undefined || at < fork.at);
  for (const { type, at: journaled, turn = 0 } of runs[0]?.journal ?? []) {
    // Turns with calls only: what the model says at the end may be asked for again when something was said meanwhile.
    if (type !== 'ModelTurnCompleted' || turn > program.turns.length) continue;
    const again = asked.find(
      (request) => request.turn === turn && request.at > journaled + SLACK_MS && !afterThaw(request.at, thaws),
    );
    if (again) say('duplicated', `turn ${turn} was asked for again ${again.at - journaled} ms after it was journaled`);
  }
}

/** A run gives what its model was told, and its model was told what happened. */
function checkOutput(runs: readonly RunSeen[], outcome: Outcome, refused: ReadonlySet<string>, say: Say): void {
  const { said, joinedBy = [], scenario } = outcome;
  const { program, message } = scenario;
  const [root] = runs;
  if (!root || !isComplete(runs)) return;
  const lines = answerOf(root.journal, program, message !== undefined).split('\n');
  if (lines[0] !== doneLine(program.id)) say('wrong', `the output begins with "${lines[0]}"`);
  program.turns.flat().forEach((call, index) => {
    const line = lines[index + 1] ?? '';
    if (line === `${call.step}=${expectedResult(call)}` || refused.has(call.step)) return;
    say(line === '' ? 'lost' : 'wrong', `the model was told "${line}" of ${call.do} ${call.step}`);
  });
  const heard = lines.filter((line) => line.startsWith('heard ')).length;
  const times = (said === undefined ? 0 : 1) + joinedBy.length;
  // What joins at the end is answered by itself.
  if (heard < times && !message) say('lost', `"${said}" was accepted and never heard`);
  if (heard > times) say('duplicated', `heard ${heard} times what was said ${times} times`);
}

/** Its output; in a thread, the last answer to it: what joined after it was answered later. */
function answerOf(journal: readonly Entry[], { id }: Program, inThread: boolean): string {
  const isAnswer = ({ type, text = '' }: Entry): boolean =>
    type === 'ModelTurnCompleted' && text.split('\n')[0] === doneLine(id);
  const answer = inThread ? journal.filter(isAnswer).at(-1) : undefined;
  return (answer ?? journal.at(-1))?.text ?? '';
}

function isComplete(runs: readonly RunSeen[]): boolean {
  return runs.length > 0 && runs.every(({ run }) => run.status === 'completed');
}

function told(entry: Entry | undefined): string {
  return entry ? `entry ${entry.seq}, ${entry.type}, of ${new Date(entry.at).toISOString()}` : 'no entry';
}

function endOf(journal: readonly Entry[]): number | undefined {
  return journal.find(isEnd)?.at;
}
