import type { Command } from 'commander';
import { MemoryHistorySchema, MemorySchema, toWire, type Memory, type MemoryHistory } from '@switchyard/contracts';
import type { SwitchyardClient } from '@switchyard/client';
import { action } from '../cli-context.js';
import { memoryText, whyText } from '../output/memory-text.js';
import { withEntries } from '../said-in.js';

/** Memories that a trail back has at most. */
const MAX_TRAIL = 50;

export function addMemoryHistory(memory: Command): void {
  memory
    .command('show')
    .description('One memory as it stands')
    .argument('<id>')
    .action(
      action(async (context, id: string) => {
        const { memory: shown } = await (await context.client()).memories.get(id);
        context.print(shown ? toWire(MemorySchema, shown, { complete: true }) : {}, () =>
          shown ? memoryText(shown) : '',
        );
      }),
    );
  memory
    .command('why')
    .description('Where it came from, back to the run; what rests on it; what was believed and done')
    .argument('<id>')
    .action(
      action(async (context, id: string) => {
        const client = await context.client();
        const told = await client.memories.get(id);
        const [first, ...trail] = await withEntries(client.runs, [
          ...(told.memory ? [told.memory] : []),
          ...(await trailOf(client, told)),
        ]);
        const history = first ? { ...told, memory: first } : told;
        const json = toWire(MemoryHistorySchema, history, { complete: true });
        const wire = trail.map((each) => toWire(MemorySchema, each, { complete: true }));
        context.print({ ...json, trail: wire }, () => whyText(history, trail));
      }),
    );
}

/** What it rests on, and what that rests on, the nearest first. */
async function trailOf(client: SwitchyardClient, history: MemoryHistory): Promise<Memory[]> {
  const trail = new Map(history.evidence.map((each) => [each.id, each]));
  // A map gives what is added while it is walked, too.
  for (const { id, evidence } of trail.values()) {
    if (evidence.every((each) => trail.has(each)) || trail.size >= MAX_TRAIL) continue;
    for (const each of (await client.memories.get(id)).evidence) trail.set(each.id, trail.get(each.id) ?? each);
  }
  return [...trail.values()].slice(0, MAX_TRAIL);
}
