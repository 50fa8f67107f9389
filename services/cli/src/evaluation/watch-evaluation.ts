import { setTimeout as delay } from 'node:timers/promises';
import type { SwitchyardClient } from '@switchyard/client';
import type { Evaluation } from '@switchyard/contracts';
import { EXIT } from '../exit-codes.js';
import { ProgressLine } from '../output/progress.js';
import { dim } from '../output/style.js';
import { progressText } from './progress-text.js';

const POLL_MS = 250;

/** Shows on standard error how far an evaluation is until it has ended; gives it with all its results. */
export async function watchEvaluation(client: SwitchyardClient, first: Evaluation): Promise<Evaluation> {
  const progress = new ProgressLine();
  const begun = Date.now();
  // Before the id is seen: from then on somebody may press Ctrl-C.
  const stopListening = leaveOnInterrupt(progress, first.id);
  process.stderr.write(`${dim(first.id)}\n`);
  try {
    for (let current = first; current.status === 'running'; current = await client.evaluations.progress(first.id)) {
      progress.update(progressText(current, first.done, Date.now() - begun));
      await delay(POLL_MS);
    }
  } finally {
    stopListening();
    progress.clear();
  }
  return client.evaluations.get(first.id);
}

/** Ctrl-C ends the watching, not the evaluation: that is the platform's, and may be hours of work. */
function leaveOnInterrupt(progress: ProgressLine, id: string): () => void {
  const onInterrupt = () => {
    progress.clear();
    process.stderr.write(
      `The evaluation goes on.\n  switchyard eval watch ${id}\n  switchyard eval cancel ${id}\n`,
      // Standard error to a pipe may be written later; the words must be out first.
      () => process.exit(EXIT.interrupted),
    );
  };
  process.once('SIGINT', onInterrupt);
  return () => process.off('SIGINT', onInterrupt);
}
