import type { MemoryFigures } from './index.js';
import type { RecallFigures } from './recall-metrics.js';
import type { UpdateFigures } from './update-metrics.js';

/** A table for people, and at last one line of JSON. */
export function reportMemory(
  { corpora, replays, nearDuplicates, writes, readYourWrites, redeliveries, retraction, latency }: MemoryFigures,
  json: boolean,
): void {
  if (!json) {
    for (const [name, { recall, categories, updates, contradictions }] of Object.entries(corpora)) {
      console.log(`\n${name}\n${line('all', recall)}`);
      for (const [category, figures] of Object.entries(categories)) console.log(line(category, figures));
      if (updates.questions > 0) console.log(pairs('changed', 'current above superseded', updates));
      if (contradictions.questions > 0) console.log(pairs('contradicted', 'trusted above doubted', contradictions));
    }
    if (replays)
      console.log(`\n${replays.saves} saves of one statement: ${replays.rows} row, counted ${replays.count}`);
    if (writes) console.log(`${writes.per_s.toFixed(0)} episodes a second of ${writes.episodes} (aim 300)`);
    if (readYourWrites)
      console.log(
        `${readYourWrites.writes} writes, each recalled at once through another replica: ${readYourWrites.misses} missed (aim 0); a pair ${readYourWrites.pair.p50.toFixed(1)} ms p50, ${readYourWrites.pair.p95.toFixed(1)} ms p95`,
      );
    if (redeliveries)
      console.log(
        `${redeliveries.events} events in ${redeliveries.deliveries} deliveries over ${redeliveries.crashes} crashes: counted ${redeliveries.counted} (aim ${redeliveries.events}) in ${redeliveries.rows} rows (aim ${redeliveries.statements})`,
      );
    if (retraction)
      console.log(
        `${retraction.graphs} random graphs of evidence, ${retraction.acts} acts, ${retraction.reads} reads: ${retraction.leaks} leaks, ${retraction.losses} losses (aim 0, 0)`,
      );
    for (const { memories, scopes, recall, episodesPerSecond } of latency ?? [])
      console.log(
        `Recall of ${memories} memories over ${scopes} scope(s): ${recall.p50.toFixed(1)} ms p50, ${recall.p95.toFixed(1)} ms p95 of ${recall.count} (aim p95 ${scopes === 1 ? 50 : 80} ms); loaded at ${episodesPerSecond.toFixed(0)} a second`,
      );
  }
  const { generator, locomo, beam } = corpora;
  const summary = {
    'recall@10': (locomo ?? generator)?.recall.recallAt10,
    'generated_recall@10': generator?.recall.recallAt10,
    generated_current_above_superseded: generator?.updates.currentAboveSuperseded,
    generated_trusted_above_doubted: generator?.contradictions.currentAboveSuperseded,
    'beam_recall@10': beam?.recall.recallAt10,
    current_above_superseded: beam?.updates.currentAboveSuperseded,
    replays,
    near_duplicates: nearDuplicates,
    writes,
    read_your_writes: readYourWrites,
    redeliveries,
    retraction,
    latency,
    corpora,
  };
  console.log(JSON.stringify(summary));
}

function line(name: string, { questions, recallAt5, recallAt10, recallAt20, allAt10, mrr }: RecallFigures): string {
  const figures = `R@5 ${share(recallAt5)}  R@10 ${share(recallAt10)}  R@20 ${share(recallAt20)}  all@10 ${share(allAt10)}`;
  return `  ${name.padEnd(26)} ${String(questions).padStart(5)}  ${figures}  MRR ${mrr.toFixed(3)}`;
}

function pairs(what: string, order: string, figures: UpdateFigures): string {
  const { questions, currentAboveSuperseded, found, both, currentFirstOfBoth, staleFirst } = figures;
  const all = `${order} ${share(currentAboveSuperseded)} (found at all ${share(found)}), the other first ${share(staleFirst)}`;
  const together = `both found ${Math.round(both * questions)}, of these in order ${share(currentFirstOfBoth)}`;
  return `  ${what.padEnd(26)} ${String(questions).padStart(5)}  ${all}; ${together}`;
}

function share(value: number): string {
  return `${(100 * value).toFixed(1)} %`;
}
