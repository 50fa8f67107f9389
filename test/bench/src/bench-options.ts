import { parseArgs } from 'node:util';
import { SwitchyardError } from '@switchyard/contracts';

/** What can be measured. */
const BENCHMARKS = ['foundation', 'durable', 'evidence', 'tools', 'memory', 'bundle'] as const;

export const USAGE = `npm run bench -- [${BENCHMARKS.join('|')}] [options]     default: foundation

--json                 one line of JSON
--quick                a fifth of the rounds
--only PART,PART       durable, evidence, memory: these parts alone; a name that is none is answered with those that there are
--large                memory: also a million memories over a thousand scopes
--locomo FILE          memory: LoCoMo's locomo10.json, as it was published
--locomo-audit PATH    memory: its audit's corrections, a file or their folder
--beam FOLDER          memory: BEAM's chats/100K
--mmlu PATH            evidence: RouteLLM's folder routellm/evals/mmlu/responses, or one CSV of all

docs/performance.md says what is measured, and what came out.`;

const OPTIONS = {
  help: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  quick: { type: 'boolean', default: false },
  only: { type: 'string' },
  locomo: { type: 'string' },
  'locomo-audit': { type: 'string' },
  beam: { type: 'string' },
  mmlu: { type: 'string' },
  large: { type: 'boolean', default: false },
} as const;

export type BenchOptions = ReturnType<typeof parseBenchOptions>;

/** @throws SwitchyardError `bench.invalid`, saying what is not understood */
export function parseBenchOptions(args: readonly string[]) {
  const { values, positionals } = parsed(args);
  const [name = 'foundation', ...more] = positionals;
  const benchmark = BENCHMARKS.find((each) => each === name);
  if (benchmark === undefined || more.length > 0) {
    const asked = positionals.join(' ');
    throw new SwitchyardError('bench.invalid', `There is no benchmark "${asked}"; there are ${BENCHMARKS.join(', ')}.`);
  }
  const { help, json, quick, only, locomo, beam, mmlu, large } = values;
  return {
    ...{ benchmark, help, json, only, locomo, beam, mmlu, large },
    scale: quick ? 0.2 : 1,
    locomoAudit: values['locomo-audit'],
  };
}

/**
 * The parts of a benchmark that `--only` names, separated by commas; undefined where it is absent.
 *
 * @throws SwitchyardError `bench.invalid` where a name is none of `parts`
 */
export function partsOf<Part extends string>(parts: readonly Part[], only: string | undefined): Part[] | undefined {
  return only?.split(',').map((name) => {
    const known = parts.find((part) => part === name.trim());
    if (known) return known;
    throw new SwitchyardError('bench.invalid', `--only names "${name}"; there are ${parts.join(', ')}.`);
  });
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
  } catch (cause) {
    // What Node says after its first sentence is about programs, not about their users.
    const [said] = (cause as Error).message.replace(/\.$/, '').split('. ');
    throw new SwitchyardError('bench.invalid', `${said}. \`npm run bench -- --help\` lists the options.`, { cause });
  }
}
