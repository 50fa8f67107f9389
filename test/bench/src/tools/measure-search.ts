import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { ToolSearch, type SearchableTool } from '@switchyard/models';
import { percentile } from '../statistics.js';

const FIXTURES = join(
  dirname(createRequire(import.meta.url).resolve('@switchyard/models/package.json')),
  'fixtures',
  'tool-search',
);
/** Tools of the index that is timed. */
const TOOLS = 1_000;

export interface SearchFigures {
  requests: number;
  tools: number;
  /** Shares of requests of which a tool that is meant is among the first five, and the first ten. */
  recallAt5: number;
  recallAt10: number;
  /** Of an index of a thousand tools, in ms. */
  indexMs: number;
  searchMs: number;
}

/** How well tools are found by users' words, and how fast. Nothing is started for it. */
export function measureSearch(file: 'requests.txt' | 'held-out.txt'): SearchFigures {
  const tools = linesOf('tools.txt').map(toolOf);
  const requests = linesOf(file).map((line) => {
    const [request = '', meant = ''] = line.split(' => ');
    return { request, meant: meant.split(', ') };
  });
  const search = new ToolSearch(tools);
  const recall = (limit: number): number =>
    requests.filter(({ request, meant }) => search.find(request, limit).some(({ name }) => meant.includes(name)))
      .length / requests.length;
  const many = Array.from({ length: TOOLS }, (_, index): SearchableTool => {
    const tool = tools[index % tools.length] ?? { name: '' };
    return { ...tool, name: `${tool.name}_${index}` };
  });
  const indexing = Array.from({ length: 20 }, () => timed(() => new ToolSearch(many)));
  const large = new ToolSearch(many);
  const searching = requests.map(({ request }) => timed(() => large.find(request, 10)));
  return {
    requests: requests.length,
    tools: tools.length,
    recallAt5: recall(5),
    recallAt10: recall(10),
    indexMs: percentile(indexing, 0.5),
    searchMs: percentile(searching, 0.5),
  };
}

function toolOf(line: string): SearchableTool {
  const [name = '', parameters = '', description = ''] = line.split('|');
  const names = parameters.split(', ').filter((parameter) => parameter !== '');
  const properties = Object.fromEntries(names.map((parameter) => [parameter, { type: 'string' }]));
  return { name, description, parameters: { type: 'object', properties } };
}

function linesOf(file: string): string[] {
  return readFileSync(join(FIXTURES, file), 'utf8')
    .split('\n')
    .filter((line) => line !== '');
}

function timed(work: () => unknown): number {
  const began = performance.now();
  work();
  return performance.now() - began;
}
