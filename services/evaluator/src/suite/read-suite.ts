import { Ajv2020 } from 'ajv/dist/2020.js';
import { contentAddress, SwitchyardError, type JsonObject, type JsonValue } from '@switchyard/contracts';
import { fixtureProblems } from './case-fixtures.js';
import { joinPath, readProblems, shorten, type Problem } from './problems.js';
import { resolveScorers } from './resolve-scorers.js';
import { MAX_RUNS, suiteSchema, type WrittenCase, type WrittenSuite } from './suite-schema.js';
import type { Suite, SuiteCase } from './suite.js';

/** What StartEvaluation may set over the suite, and what the platform allows. */
export interface SuiteSettings {
  backend?: string;
  /** 0: as the suite says. */
  repeats?: number;
  /** Bytes of JSON that a task's input may have. */
  maxInputBytes?: number;
}

const validate = new Ajv2020({
  allErrors: true,
  verbose: true,
  strict: true,
  allowUnionTypes: true,
}).compile<WrittenSuite>(suiteSchema);
/** Problems that the message lists; `details.problems` has up to ten times as many. */
const LISTED = 10;

/**
 * Checks a suite as its user wrote it (YAML or JSON, parsed) and brings it into its normal form.
 *
 * @throws SwitchyardError `suite.invalid`, terminal, with every path and reason (also in `details.problems`)
 */
export function readSuite(written: JsonObject, settings: SuiteSettings = {}): Suite {
  const candidate: unknown = written;
  if (!validate(candidate)) throw invalidSuite(readProblems(withoutEchoes(validate.errors ?? [])));
  const problems: Problem[] = duplicateIds(candidate.cases);
  const cases = candidate.cases.map((item, index) => readCase(candidate, item, index, settings, problems));
  const repeats = settings.repeats || candidate.repeats || 1;
  if (cases.length * repeats > MAX_RUNS) {
    problems.push({ path: 'repeats', reason: `${cases.length} cases times ${repeats} are more than ${MAX_RUNS} runs` });
  }
  if (problems.length > 0) throw invalidSuite(onePerPath(problems));
  return {
    name: candidate.suite,
    version: contentAddress(written),
    agent: candidate.agent,
    backend: settings.backend || candidate.backend || '',
    repeats,
    cases,
  };
}

function readCase(
  suite: WrittenSuite,
  item: WrittenCase,
  index: number,
  settings: SuiteSettings,
  problems: Problem[],
): SuiteCase {
  const path = `cases[${index}]`;
  // ajv has seen that it is JSON: it came as JSON.
  const input = item.input as JsonValue;
  const expected = item.expected as JsonValue | undefined;
  const bytes = Buffer.byteLength(JSON.stringify(input));
  if (settings.maxInputBytes !== undefined && bytes > settings.maxInputBytes) {
    problems.push({
      path: joinPath(path, 'input'),
      reason: `has ${bytes} bytes; a task may have ${settings.maxInputBytes}`,
    });
  }
  const resolved = resolveScorers(suite.scorers ?? [], item.scorers ?? [], expected, path);
  problems.push(...resolved.problems);
  if (item.fixtures !== undefined) problems.push(...fixtureProblems(item.fixtures, path));
  const metadata = Object.fromEntries(Object.entries(item.metadata ?? {}).map(([key, value]) => [key, String(value)]));
  return {
    id: item.id,
    input,
    ...(expected === undefined ? {} : { expected }),
    scorers: resolved.scorers,
    tags: item.tags ?? [],
    ...(item.cluster === undefined ? {} : { cluster: item.cluster }),
    ...(item.weight === undefined ? {} : { weight: item.weight }),
    ...(item.critical === undefined ? {} : { critical: item.critical }),
    ...(item.rubric === undefined ? {} : { rubric: item.rubric }),
    ...(item.fixtures === undefined ? {} : { fixtures: item.fixtures }),
    metadata,
  };
}

function duplicateIds(cases: readonly WrittenCase[]): Problem[] {
  const first = new Map<string, number>();
  return cases.flatMap(({ id }, index) => {
    const earlier = first.get(id);
    if (earlier === undefined) first.set(id, index);
    return earlier === undefined
      ? []
      : [{ path: `cases[${index}].id`, reason: `is ${shorten(id)}, as cases[${earlier}].id is; ids must differ` }];
  });
}

/** What is wrong with a scorer of the suite comes up with every case. */
function onePerPath(problems: readonly Problem[]): Problem[] {
  return [...new Map([...problems].reverse().map((problem) => [problem.path, problem])).values()].reverse();
}

/** `anyOf` reports each branch and itself; the last says all that a person needs. */
function withoutEchoes<E extends { schemaPath: string; keyword: string }>(errors: readonly E[]): E[] {
  return errors.filter(({ schemaPath }) => !/\/anyOf\/\d+\//.test(schemaPath));
}

export function invalidSuite(problems: readonly Problem[]): SwitchyardError {
  const listed = problems.slice(0, LISTED).map(({ path, reason }) => `${path}: ${reason}`);
  const more = problems.length > LISTED ? `; and ${problems.length - LISTED} more` : '';
  return new SwitchyardError(
    'suite.invalid',
    `The suite is not valid: ${listed.join('; ')}${more}. Correct this and start it again.`,
    { details: { problems: problems.slice(0, LISTED * 10).map(({ path, reason }) => ({ path, reason })) } },
  );
}
