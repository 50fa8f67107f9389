import { SLACK_MS, type Say } from './violation.js';
import { isEnd, type Entry } from './entry.js';
import type { Outcome } from './outcome.js';
import { programIn } from './program.js';

/**
 * Two runs of a thread never interleave, and a second message does what its policy says. Pure.
 *
 * @param messages the outcomes of one thread, in the order in which they were sent
 */
export function checkThread(messages: readonly Outcome[], say: Say): void {
  const ordered = [...messages].sort((one, other) => placeOf(one) - placeOf(other));
  ordered.forEach((outcome, place) => {
    const before = ordered.slice(0, place).filter(({ runs }) => runs.length > 0);
    if (outcome.sent?.refused) checkRefused(outcome, before, say);
    else if (outcome.sent?.joined) checkJoined(outcome, before, say);
    else checkRun(outcome, before, ordered, say);
  });
}

/** Only `reject` refuses, and only while an earlier run goes on. */
function checkRefused({ scenario, sent }: Outcome, before: readonly Outcome[], say: Say): void {
  const { program, message } = scenario;
  if (message?.policy !== 'reject') say('lost', `${program.id} was refused, and its policy is ${message?.policy}`);
  const wasOpen = before.some((earlier) => endOf(earlier) > (sent?.at ?? 0) - SLACK_MS);
  if (!wasOpen) say('wrong', `${program.id} was refused while no run of its thread went on`);
}

/** It is said once, to the last run before it. */
function checkJoined({ scenario, sent }: Outcome, before: readonly Outcome[], say: Say): void {
  const { program, message } = scenario;
  const last = before.at(-1);
  if (message?.policy !== 'steer') say('wrong', `${program.id} joined a run, and its policy is ${message?.policy}`);
  if (!last || last.runs[0]?.runId !== sent?.runId)
    return void say('wrong', `${program.id} joined ${sent?.runId}, which is not the last run before it`);
  const said = journalOf(last).filter(
    ({ type, text = '' }) => type === 'InputAppended' && has(text, program.id),
  ).length;
  if (said === 0) say('lost', `${program.id} joined ${sent?.runId}, whose journal does not have it`);
  if (said > 1) say('duplicated', `${program.id} was said ${said} times to ${sent?.runId}`);
  if (last.runs[0]?.run.status !== 'completed') return;
  const answers = journalOf(last).filter(({ type }) => type === 'ModelTurnCompleted');
  if (!answers.some(({ text = '' }) => text.split('\n').some((line) => line.endsWith(` ${program.id}`))))
    say('lost', `the model of ${sent?.runId} never heard ${program.id}`);
}

/** It begins when all before it have ended. Who may not wait finds them ended when it is accepted. */
function checkRun(outcome: Outcome, before: readonly Outcome[], all: readonly Outcome[], say: Say): void {
  const { program, message } = outcome.scenario;
  const journal = journalOf(outcome);
  const begun = journal.find(({ type }) => type === 'ModelTurnCompleted')?.startedAt;
  const accepted = journal[0]?.at ?? 0;
  for (const earlier of before) {
    const { id } = earlier.scenario.program;
    const end = endOf(earlier);
    if (begun !== undefined && begun < end) say('wrong', `${program.id} began ${end - begun} ms before ${id} ended`);
    const waits = message?.policy === 'queue' || message?.policy === 'steer';
    if (!waits && end > accepted + SLACK_MS)
      say('wrong', `${program.id} (${message?.policy}) was accepted ${end - accepted} ms before ${id} ended`);
  }
  const end = journal.find(isEnd);
  if (end?.type !== 'RunCancelled') return;
  const by = all.find(({ sent }) => sent?.runId !== undefined && end.text === `interrupted by ${sent.runId}`);
  if (by?.scenario.message?.policy !== 'interrupt' || placeOf(by) < placeOf(outcome))
    say('wrong', `${program.id} was cancelled ("${end.text}"), and no later message interrupts it`);
}

function placeOf({ scenario }: Outcome): number {
  return scenario.message?.index ?? 0;
}

function journalOf({ runs }: Outcome): readonly Entry[] {
  return runs[0]?.journal ?? [];
}

function endOf(outcome: Outcome): number {
  return journalOf(outcome).find(isEnd)?.at ?? Infinity;
}

function has(text: string, program: string): boolean {
  return text.split('\n').some((line) => programIn(line)?.id === program);
}
