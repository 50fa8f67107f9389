import { seededNumbers } from './deterministic.js';

/** As much of a memory as the check of evidence graphs needs; each call is of one tenant. */
export interface GraphMemory {
  record(tenant: string, texts: readonly string[]): Promise<string[]>;
  remember(tenant: string, text: string, evidence: readonly string[], kind: 'fact' | 'summary'): Promise<string>;
  retract(tenant: string, ids: readonly string[]): Promise<{ actId: string }>;
  restore(tenant: string, actId: string): Promise<void>;
  erase(tenant: string, ids: readonly string[]): Promise<void>;
  /** Every way to read what is not retracted: by words, the newest, the list, the export. Texts. */
  reads(tenant: string, query: string): Promise<string[][]>;
  /** All ways to read what was so, or was known, before: what is retracted may stand in it, what is erased may not. Texts. */
  readsOfBefore?(tenant: string, query: string): Promise<string[]>;
  /** Makes summaries of what is there: nothing that has gone may come back in them. */
  consolidate?(tenant: string): Promise<void>;
  /** Whether it is there at all, and whether it counts as retracted. */
  stateOf(tenant: string, id: string): Promise<'gone' | 'retracted' | 'there'>;
  /** As after a restart; absent: there is no other process. */
  restart?(): Promise<void>;
}

export interface GraphReport {
  graphs: number;
  acts: number;
  /** What was found that should be gone, and what was missing that should be there. */
  leaks: string[];
  losses: string[];
}

interface Made {
  id: string;
  text: string;
  evidence: number[];
  kind: 'episode' | 'fact' | 'summary';
  /** The model's: there, retracted, erased. */
  state: 'there' | 'retracted' | 'gone';
}

/**
 * Makes random graphs of memories that rest on each other, withdraws, restores and erases at random, and holds what every
 * way of reading gives against a model of a few lines. Deterministic by its seed.
 */
export async function checkEvidenceGraphs(
  memory: GraphMemory,
  { graphs, seed, concurrency = 4 }: { graphs: number; seed: number; concurrency?: number },
): Promise<GraphReport> {
  const report: GraphReport = { graphs, acts: 0, leaks: [], losses: [] };
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < graphs; index = next++) await checkGraph(memory, index, seed, report);
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return report;
}

async function checkGraph(memory: GraphMemory, index: number, seed: number, report: GraphReport): Promise<void> {
  const random = seededNumbers(seed * 1_000_003 + index);
  const tenant = `graph-${seed}-${index}`;
  const nodes = await make(memory, tenant, random);
  for (let step = 0; step < 2 + Math.floor(random() * 3); step += 1) {
    const targets = pick(
      nodes.filter(({ state }) => state === 'there'),
      1 + Math.floor(random() * 2),
      random,
    );
    if (targets.length === 0) break;
    const ids = targets.map(({ id }) => id);
    const going = closureOf(nodes, targets);
    report.acts += 1;
    if (random() < 0.35) {
      await memory.erase(tenant, ids);
      // What rests on the erased and had been retracted goes too, or its words would stay.
      for (const node of nodes) if (going.has(node)) node.state = 'gone';
    } else {
      const { actId } = await memory.retract(tenant, ids);
      const before = [...going].filter(({ state }) => state === 'there');
      for (const node of before) node.state = 'retracted';
      await compare(memory, tenant, nodes, report);
      if (random() < 0.4) {
        report.acts += 1;
        await memory.restore(tenant, actId);
        for (const node of before) node.state = 'there';
      }
    }
    if (index % 50 === 0) await memory.restart?.();
    await memory.consolidate?.(tenant);
    await compare(memory, tenant, nodes, report);
  }
}

async function make(memory: GraphMemory, tenant: string, random: () => number): Promise<Made[]> {
  const episodes = 2 + Math.floor(random() * 4);
  const texts = Array.from({ length: episodes }, (_, n) => `zebra episode e${n}e`);
  const ids = await memory.record(tenant, texts);
  const nodes = texts.map((text, n): Made => ({
    id: ids[n] ?? '',
    text,
    evidence: [],
    kind: 'episode',
    state: 'there',
  }));
  for (let n = 0; n < 2 + Math.floor(random() * 6); n += 1) {
    const kind = random() < 0.25 ? 'summary' : 'fact';
    const evidence = random() < 0.1 ? [] : pickIndices(nodes.length, 1 + Math.floor(random() * 3), random);
    const text = `zebra ${kind} f${n}f`;
    const id = await memory.remember(
      tenant,
      text,
      evidence.map((at) => nodes[at]?.id ?? ''),
      kind,
    );
    nodes.push({ id, text, evidence, kind, state: 'there' });
  }
  return nodes;
}

/** What goes with the targets: whatever nothing else that is there holds up. Nodes rest on earlier ones alone. */
function closureOf(nodes: readonly Made[], targets: readonly Made[]): Set<Made> {
  const going = new Set(targets);
  const rests = new Set(targets);
  for (const node of nodes) {
    if (going.has(node) || node.state === 'gone') continue;
    const evidence = node.evidence.flatMap((at) => nodes[at] ?? []);
    if (!evidence.some((other) => rests.has(other))) continue;
    rests.add(node);
    const holds = (other: Made) => other.state === 'there' && !going.has(other);
    const held = node.kind === 'summary' ? evidence.every(holds) : evidence.some(holds);
    if (!held) going.add(node);
  }
  return going;
}

async function compare(
  memory: GraphMemory,
  tenant: string,
  nodes: readonly Made[],
  report: GraphReport,
): Promise<void> {
  const [there, away] = [
    nodes.filter(({ state }) => state === 'there'),
    nodes.filter(({ state }) => state !== 'there'),
  ];
  for (const texts of await memory.reads(tenant, 'zebra')) {
    // A summary that was made of it holds its words among others.
    report.leaks.push(...leaksOf(tenant, away, texts));
    const found = new Set(texts);
    for (const { text } of there) if (!found.has(text)) report.losses.push(`${tenant}: ${text}`);
  }
  const before = (await memory.readsOfBefore?.(tenant, 'zebra')) ?? [];
  const erased = away.filter(({ state }) => state === 'gone');
  report.leaks.push(...leaksOf(`${tenant}, before`, erased, before));
  for (const { id, text, state } of nodes)
    if (state !== 'there' && (await memory.stateOf(tenant, id)) !== state)
      report.leaks.push(`${tenant}: ${text} is not ${state}`);
}

function leaksOf(where: string, away: readonly Made[], texts: readonly string[]): string[] {
  return away.filter(({ text }) => texts.some((other) => other.includes(text))).map(({ text }) => `${where}: ${text}`);
}

function pick<Item>(items: readonly Item[], count: number, random: () => number): Item[] {
  return pickIndices(items.length, count, random).flatMap((at) => items[at] ?? []);
}

function pickIndices(length: number, count: number, random: () => number): number[] {
  return [...new Set(Array.from({ length: count }, () => Math.floor(random() * length)))].filter((at) => at < length);
}
