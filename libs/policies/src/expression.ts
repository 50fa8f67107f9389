import { Environment, type ASTNode } from '@marcbachmann/cel-js';
import { SwitchyardError } from '@switchyard/contracts';

/** Characters of a condition. */
const MAX_LENGTH = 2_000;
/** `matches` is a regular expression of a kind that can take for ever on texts that are made for it. */
const REFUSED_CALLS = new Set(['matches']);
/** They go through a list: one within another takes the square of its length. */
const LOOPS = new Set(['all', 'exists', 'exists_one', 'map', 'filter']);

/** A language to write conditions in: what they may name. */
export interface Language {
  environment: Environment;
  /** Ends the sentence "It is CEL over …", for people whose condition is refused. */
  over: string;
}

/** CEL with bounds on what one expression may hold. @param variables their types by name */
export function languageOf(variables: Readonly<Record<string, 'map' | 'string'>>, over: string): Language {
  const environment = new Environment({
    unlistedVariablesAreDyn: false,
    homogeneousAggregateLiterals: false,
    limits: { maxAstNodes: 500, maxDepth: 32, maxListElements: 200, maxMapEntries: 50, maxCallArguments: 16 },
  });
  for (const [name, type] of Object.entries(variables)) environment.registerVariable(name, type);
  return { environment, over };
}

/** A condition that could not be decided: something that it names is not there, or of another type. */
export class ConditionFailed extends Error {}

/**
 * An expression in CEL (the Common Expression Language, https://cel.dev) that is true or false. It ends always: it has no loops but
 * over the lists that it is given, none of them within another.
 */
export class Expression {
  private constructor(
    readonly text: string,
    private readonly evaluate: (context: Record<string, unknown>) => unknown,
  ) {}

  /** @throws SwitchyardError `condition.invalid` with what is wrong and where */
  static parse(text: string, { environment, over }: Language): Expression {
    const invalid = (why: string, cause?: unknown) => invalidCondition(text, why, over, cause);
    if (text.length > MAX_LENGTH) throw invalid(`it is longer than ${MAX_LENGTH} characters`);
    let parsed;
    try {
      parsed = environment.parse(text);
    } catch (error) {
      throw invalid(reasonOf(error), error);
    }
    const refused = refusedIn(parsed.ast, false);
    if (refused) throw invalid(refused);
    const checked = parsed.check();
    if (!checked.valid) throw invalid(reasonOf(checked.error), checked.error);
    const type = String(checked.type);
    if (type !== 'bool' && type !== 'dyn') throw invalid(`it is a ${type}, and neither true nor false`);
    return new Expression(text, parsed);
  }

  /** @throws ConditionFailed */
  holds(context: Record<string, unknown>): boolean {
    let value;
    try {
      value = this.evaluate(context);
    } catch (error) {
      throw new ConditionFailed(reasonOf(error), { cause: error });
    }
    if (typeof value === 'boolean') return value;
    throw new ConditionFailed('it came to neither true nor false');
  }
}

function refusedIn(node: unknown, inLoop: boolean): string | undefined {
  if (Array.isArray(node)) return firstOf(node, inLoop);
  if (!isNode(node)) return undefined;
  const { op, args } = node;
  const called = (op === 'call' || op === 'rcall') && Array.isArray(args) ? String(args[0]) : '';
  if (REFUSED_CALLS.has(called))
    return `${called}() is not offered, for it may take for ever; use startsWith, endsWith or contains`;
  const loops = op === 'rcall' && LOOPS.has(called);
  if (loops && inLoop) return `${called}() stands within another loop, which may take too long`;
  return refusedIn(args, inLoop || loops);
}

function firstOf(nodes: readonly unknown[], inLoop: boolean): string | undefined {
  for (const node of nodes) {
    const refused = refusedIn(node, inLoop);
    if (refused) return refused;
  }
  return undefined;
}

function isNode(value: unknown): value is Pick<ASTNode, 'op' | 'args'> {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value;
}

/** The library shows the place below the reason. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message
    .replace(/\n+>\s*\d+ \|/, ':')
    .replace(/\s+/g, ' ')
    .replace(/\s*\^\s*$/, '')
    .trim();
}

function invalidCondition(text: string, why: string, over: string, cause?: unknown): SwitchyardError {
  return new SwitchyardError(
    'condition.invalid',
    `The condition \`${text.slice(0, 200)}\` cannot be used: ${why}. It is CEL over ${over}.`,
    { details: { condition: text.slice(0, 200) }, cause },
  );
}
