import { SwitchyardError } from '@switchyard/contracts';
import { parseBenchOptions, USAGE, type BenchOptions } from './bench-options.js';
import { benchBundle } from './bundle/index.js';
import { benchDurable } from './durable/index.js';
import { benchEvidence } from './evidence/index.js';
import { benchFoundation } from './foundation.js';
import { benchMemory } from './memory/index.js';
import { benchTools } from './tools/index.js';

const RUN: Record<BenchOptions['benchmark'], (options: BenchOptions) => Promise<void>> = {
  foundation: benchFoundation,
  durable: benchDurable,
  evidence: benchEvidence,
  tools: benchTools,
  memory: benchMemory,
  bundle: benchBundle,
};

try {
  const options = parseBenchOptions(process.argv.slice(2));
  if (options.help) console.log(USAGE);
  else await RUN[options.benchmark](options);
} catch (error) {
  // What is wrong with the options or the files that they name is said in a line.
  if (!(error instanceof SwitchyardError) || !error.code.startsWith('bench.')) throw error;
  console.error(`${error.code}: ${error.message}`);
  process.exitCode = 2;
}
