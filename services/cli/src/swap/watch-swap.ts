import { setTimeout as delay } from 'node:timers/promises';
import type { SwitchyardClient } from '@switchyard/client';
import type { Swap } from '@switchyard/contracts';
import { EXIT } from '../exit-codes.js';
import { ProgressLine } from '../output/progress.js';
import { dim } from '../output/style.js';
import { isSettled, swapProgress } from './swap-progress.js';

const POLL_MS = 500;

/** Shows on standard error what is done for a swap, step by step, until it has ended or waits for a person. */
export async function watchSwap(client: SwitchyardClient, first: Swap): Promise<Swap> {
  const progress = new ProgressLine();
  const stopListening = leaveOnInterrupt(progress, first.id);
  process.stderr.write(`${dim(first.id)}\n`);
  let told = 0;
  let swap = first;
  try {
    for (;;) {
      const news = swap.steps.slice(told);
      if (news.length > 0) progress.clear();
      for (const { act, note } of news) process.stderr.write(`${dim(act.replace('_', ' ').padEnd(14))}${note}\n`);
      told += news.length;
      if (isSettled(swap)) return swap;
      progress.update(swapProgress(swap));
      await delay(POLL_MS);
      swap = await client.swaps.get(first.id);
    }
  } finally {
    stopListening();
    progress.clear();
  }
}

/** Ctrl-C ends the watching, not the swap: that is the platform's, and may take days. */
function leaveOnInterrupt(progress: ProgressLine, id: string): () => void {
  const onInterrupt = () => {
    progress.clear();
    process.stderr.write(`The swap goes on.\n  switchyard swap watch ${id}\n  switchyard swap stop ${id}\n`, () =>
      process.exit(EXIT.interrupted),
    );
  };
  process.once('SIGINT', onInterrupt);
  return () => process.off('SIGINT', onInterrupt);
}

/** What its end says to a script. */
export function exitStatusOf({ status }: Swap): number {
  if (status === 'promoted' || status === 'certified') return EXIT.ok;
  return status === 'inconclusive' ? EXIT.undecided : EXIT.failed;
}
