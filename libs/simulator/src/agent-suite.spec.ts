import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Backend, WireApiName } from '@switchyard/models';
import { converse, type Handler } from './agent.fixture.js';
import type { Simulator } from './options.js';
import { simulatorBackend } from './simulator-backend.js';
import { startSimulator } from './start-simulator.js';
import { APIS } from './wires.fixture.js';

/** Schema faults were 28 % of all calls where open models were measured behind several hosts. */
const FAULT_RATE = 0.28;
/** So that the calls of every endpoint meet faults, and the same ones. SOAK=10: ten times as many. */
const SEEDS = 2 * Number(process.env['SOAK'] ?? 1);

/** Endpoints without a parser: what they write stands in the text, over the wires that open models are served on. */
const WRITTEN = [
  'hermes',
  'qwen3-coder',
  'glm-4.5',
  'glm-4.7',
  'deepseek-v3',
  'deepseek-v3.1',
  'deepseek-v3.2',
  'deepseek-v4',
  'kimi-k2',
  'kimi-k3',
  'minimax-m2',
  'minimax-m3',
  'mistral-v11',
  'llama-3',
  'llama-4',
  'olmo-3',
  'gemma-4',
  'harmony',
  'granite-4',
  'command-r7b',
  'step-3',
  'nemotron-3',
] as const;
const TEXT_APIS: readonly WireApiName[] = ['openai-chat', 'ollama', 'mistral'];

const files: Readonly<Record<string, string>> = {
  'notes.txt': 'The train leaves at noon.',
  'plan.txt': 'Buy tickets.',
};
const HANDLERS: Record<string, Handler> = {
  calculator: ({ expression }) => String(results[String(expression)] ?? new Error('cannot calculate that')),
  file_read: ({ path }) => files[String(path)] ?? new Error('there is no such file'),
  file_write: () => 'written',
  file_list: () => JSON.stringify({ entries: Object.keys(files) }),
  memory_save: () => 'saved',
};
const results: Readonly<Record<string, string>> = { '6 * 7': '42', '2 + 2': '4', '100 / 8': '12.5', '2 ^ 10': '1024' };

/** What the agent is asked, and what its answer has to say. */
const TASKS: readonly (readonly [question: string, ...said: string[]])[] = [
  ['what is 6*7?', '42'],
  ['what is 6*7 and what is 2+2?', '42', '4'],
  ['first calculate 100/8, then what is 2^10?', '12.5', '1024'],
  ['what does notes.txt say?', 'leaves at noon'],
  ['what does notes.txt say and what does plan.txt say?', 'leaves at noon', 'Buy tickets'],
  ['write hello to greet.txt', 'greet.txt'],
  ['list the files', 'notes.txt', 'plan.txt'],
  ['remember that my favourite colour is teal', 'teal'],
  ['what is 2+2 and what does plan.txt say?', '4', 'Buy tickets'],
];

let simulator: Simulator;
let next = 0;
beforeAll(async () => {
  simulator = await startSimulator({ recordLimit: 0, random: () => mulberry(next++) });
});
afterAll(() => simulator.close());

function endpoints(): Backend[] {
  const native = APIS.map((api) => simulatorBackend(simulator.url, { name: api, api }));
  const written = WRITTEN.map((dialect, index) => {
    const api = TEXT_APIS[index % TEXT_APIS.length] ?? 'openai-chat';
    // Every other profile does not know the dialect.
    const profile = { dialect: index % 2 === 0 ? dialect : 'auto' };
    return simulatorBackend(simulator.url, { name: dialect, api, writes: { dialect }, profile });
  });
  return [...native, ...written];
}

interface Score {
  tasks: number;
  succeeded: number;
  calls: number;
  refused: number;
}

async function scoreOf(backend: Backend): Promise<Score> {
  const score: Score = { tasks: 0, succeeded: 0, calls: 0, refused: 0 };
  for (let seed = 0; seed < SEEDS; seed++) {
    for (const [index, [question, ...said]] of TASKS.entries()) {
      next = seed * 100_003 + index * 1_009;
      const { answer, responses } = await converse(backend, question, HANDLERS);
      score.tasks++;
      if (said.every((each) => answer.includes(each))) score.succeeded++;
      for (const { toolCalls, rejectedCalls } of responses) {
        score.calls += toolCalls.length + rejectedCalls.length;
        score.refused += rejectedCalls.length;
      }
    }
  }
  return score;
}

it('an agent succeeds as often on each of 30 endpoints, within two points, where 28 % of the answers with calls break the schema', async () => {
  simulator.setFault({ fault: 'schema-fault', rate: FAULT_RATE });
  const backends = endpoints();
  const scores = new Map<string, Score>();
  for (const backend of backends) scores.set(backend.name, await scoreOf(backend));
  const rates = [...scores.values()].map(({ succeeded, tasks }) => (100 * succeeded) / tasks);
  console.log(table(scores));
  expect(backends.length).toBeGreaterThanOrEqual(30);
  expect(Math.max(...rates) - Math.min(...rates)).toBeLessThanOrEqual(2);
  expect(Math.min(...rates)).toBeGreaterThanOrEqual(90);
  for (const { calls, refused } of scores.values()) expect(refused / calls).toBeGreaterThan(0.15);
});

function table(scores: ReadonlyMap<string, Score>): string {
  const rows = [...scores].map(
    ([name, { tasks, succeeded, calls, refused }]) =>
      `${name.padEnd(18)} ${succeeded}/${tasks} tasks, ${refused}/${calls} calls refused`,
  );
  return rows.join('\n');
}

/** A well-mixed number from 0 to 1 of a seed (Mulberry32). */
function mulberry(seed: number): number {
  let value = Math.imul(seed, 0x6d2b79f5) >>> 0;
  value = Math.imul(value ^ (value >>> 15), value | 1);
  value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
  return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296;
}
