import { create, DeadLetterSchema, timestampFromDate, type DeadLetter } from '@switchyard/contracts';
import type { RunRecord } from '@switchyard/journal';
import type { RedriveRow } from '../redrives/redrives.repository.js';

const ADVICE: Readonly<Record<string, string>> = {
  tasks: 'Correct what the cause names; redriven, the task is accepted under its own key, and so once.',
  exec: 'Redriven, the run is dispatched again; what it has done it does not do again.',
  tool: 'Redriven, the call is queued again under its id; the ledger runs it once.',
  event: 'Redriven, the event is published once more, as the journal has it.',
  run: 'Redriven, a new run goes on from the last step of this one, on the same backend or another; recorded results are kept.',
};

/** A run that failed, as a dead letter. Its journal is the truth: the letter is made whenever it is asked for. */
export function runLetter(run: RunRecord, subject: string): DeadLetter {
  const { runId, tenant, agent, backend, seq, error, endedAt, input } = run;
  return create(DeadLetterSchema, {
    ...{ kind: 'run', id: runId, subject, runId, seq, tenant, agent, backend },
    cause: error ?? { code: 'internal' },
    payload: JSON.stringify(input),
    ...(endedAt ? { time: timestampFromDate(endedAt) } : {}),
  });
}

/** With what became of it, and what can be done. */
export function withRedrive(letter: DeadLetter, redrive: RedriveRow | undefined): DeadLetter {
  const advice = ADVICE[letter.kind] ?? '';
  if (!redrive) return { ...letter, advice };
  const { run_id: redrivenAs, actor: redrivenBy, redriven_at: at } = redrive;
  return { ...letter, advice, redrivenAs, redrivenBy, redrivenAt: timestampFromDate(at) };
}
