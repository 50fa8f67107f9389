import { Ajv2020 } from 'ajv/dist/2020.js';
import { SwitchyardError, type JsonObject } from '@switchyard/contracts';
import { TaskCondition } from '@switchyard/policies';
import { readProblems, type Problem } from '../suite/problems.js';
import { classRulesSchema } from './class-rules-schema.js';
import type { CompiledRules, ConditionRule, LikenessRule, WrittenRule, WrittenRules } from './class-rules.js';
import { countWords } from './words.js';

const validate = new Ajv2020({ allErrors: true, verbose: true, strict: true }).compile<WrittenRules>(classRulesSchema);
/** Problems that the message lists. */
const LISTED = 10;
/** How like a class an input must be where its rule does not say. */
const DEFAULT_THRESHOLD = 0.1;

/**
 * Checks rules as their user wrote them (YAML or JSON, parsed) and makes them ready to be asked.
 *
 * @throws SwitchyardError `class_rules.invalid`, terminal, with every path and reason (also in `details.problems`)
 */
export function readClassRules(written: JsonObject): CompiledRules {
  const candidate: unknown = written;
  if (!validate(candidate)) throw invalidRules(readProblems(validate.errors ?? []));
  const problems: Problem[] = [];
  const conditions: ConditionRule[] = [];
  const likenesses: LikenessRule[] = [];
  candidate.classes.forEach((rule, index) => {
    const path = `classes[${index}]`;
    const known = { class: rule.class, place: index + 1 };
    if ((rule.when === undefined) === (rule.like === undefined))
      problems.push({ path, reason: 'needs "when" (a condition) or "like" (words), and not both' });
    else if (rule.when !== undefined) {
      if (rule.threshold !== undefined) problems.push({ path: `${path}.threshold`, reason: 'goes with "like" only' });
      const when = conditionOf(rule.when, `${path}.when`, problems);
      if (when) conditions.push({ ...known, when });
    } else likenesses.push({ ...known, ...wordsOf(rule, `${path}.like`, problems) });
  });
  if (problems.length > 0) throw invalidRules(problems);
  return { agent: candidate.agent ?? '', conditions, likenesses };
}

function conditionOf(text: string, path: string, problems: Problem[]): TaskCondition | undefined {
  try {
    return TaskCondition.parse(text);
  } catch (error) {
    if (!(error instanceof SwitchyardError) || error.code !== 'condition.invalid') throw error;
    problems.push({ path, reason: error.message });
    return undefined;
  }
}

/** A word that is not as texts are read would never be met, and say nothing of it. */
function wordsOf({ like = {}, threshold = DEFAULT_THRESHOLD }: WrittenRule, path: string, problems: Problem[]) {
  for (const word of Object.keys(like)) {
    const [read, ...more] = countWords(word).keys();
    if (read === word && more.length === 0) continue;
    const reason =
      read === undefined
        ? 'is no word that texts are compared by'
        : `is read as "${[read, ...more].join('", "')}": write that`;
    problems.push({ path: `${path}.${word.slice(0, 64)}`, reason });
  }
  return { words: new Map(Object.entries(like)), threshold };
}

function invalidRules(problems: readonly Problem[]): SwitchyardError {
  const listed = problems.slice(0, LISTED).map(({ path, reason }) => `${path}: ${reason}`);
  const more = problems.length > LISTED ? `; and ${problems.length - LISTED} more` : '';
  return new SwitchyardError(
    'class_rules.invalid',
    `The rules of classes are not valid: ${listed.join('; ')}${more}.`,
    {
      details: { problems: problems.slice(0, 10 * LISTED).map(({ path, reason }) => ({ path, reason })) },
    },
  );
}
