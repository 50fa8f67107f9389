import type { MemoryFigures } from './index.js';
import type { RecallFigures } from './recall-metrics.js';

/** A table for people, and at last one line of JSON. */
export function reportMemory({ corpora, replays, nearDuplicates, writes }: MemoryFigures, json: boolean): void {
  if (!json) {
    for (const [name, { recall, categories, updates }] of Object.entries(corpora)) {
      console.log(`\n${name}\n${line('all', recall)}`);
      for (const [category, figures] of Object.entries(categories)) console.log(line(category, figures));
      if (updates.questions > 0)
        console.log(
          `  what changed, ${updates.questions} questions: current above superseded ${share(updates.currentAboveSuperseded)}, found ${share(updates.found)}, stale first ${share(updates.staleFirst)}`,
        );
    }
    if (replays)
      console.log(`\n${replays.saves} saves of one statement: ${replays.rows} row, counted ${replays.count}`);
  }
  const { generator, locomo, beam } = corpora;
  const summary = {
    'recall@10': (locomo ?? generator)?.recall.recallAt10,
    'generated_recall@10': generator?.recall.recallAt10,
    generated_current_above_superseded: generator?.updates.currentAboveSuperseded,
    'beam_recall@10': beam?.recall.recallAt10,
    current_above_superseded: beam?.updates.currentAboveSuperseded,
    replays,
    near_duplicates: nearDuplicates,
    writes,
    corpora,
  };
  console.log(JSON.stringify(summary));
}

function line(name: string, { questions, recallAt5, recallAt10, recallAt20, allAt10, mrr }: RecallFigures): string {
  const figures = `R@5 ${share(recallAt5)}  R@10 ${share(recallAt10)}  R@20 ${share(recallAt20)}  all@10 ${share(allAt10)}`;
  return `  ${name.padEnd(26)} ${String(questions).padStart(5)}  ${figures}  MRR ${mrr.toFixed(3)}`;
}

function share(value: number): string {
  return `${(100 * value).toFixed(1)} %`;
}
