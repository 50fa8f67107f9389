import { Environment, type ASTNode } from '@marcbachmann/cel-js';
import { SwitchyardError, type JsonObject } from '@switchyard/contracts';

/** Characters of a condition. */
const MAX_LENGTH = 2_000;
/** Characters of JSON of the arguments that conditions look at; of larger ones nothing is known. */
const MAX_ARGUMENTS = 65_536;
/** `matches` is a regular expression of a kind that can take for ever on arguments that are made for it. */
const REFUSED_CALLS = new Set(['matches']);
/** They go through a list: one within another takes the square of its length. */
const LOOPS = new Set(['all', 'exists', 'exists_one', 'map', 'filter']);

const environment = new Environment({
  unlistedVariablesAreDyn: false,
  homogeneousAggregateLiterals: false,
  limits: { maxAstNodes: 500, maxDepth: 32, maxListElements: 200, maxMapEntries: 50, maxCallArguments: 16 },
})
  .registerVariable('args', 'map')
  .registerVariable('tool', 'map')
  .registerVariable('agent', 'string')
  .registerVariable('tenant', 'string')
  .registerVariable('user', 'string');

/** What a condition sees. */
export interface ConditionContext {
  /** The arguments of the call. */
  args: JsonObject;
  tool: { name: string; effect: string; tags: readonly string[]; source: string };
  agent: string;
  tenant: string;
  /** On whose behalf; '' where nobody is named. */
  user: string;
}

/** A condition that could not be decided for a call: an argument is not there, or of another type. */
export class ConditionFailed extends Error {}

/**
 * An expression in CEL (the Common Expression Language, https://cel.dev) that is true or false of a call. It ends always: it has no loops but
 * over the lists of the arguments, none of them within another.
 */
export class Condition {
  private constructor(
    readonly text: string,
    private readonly evaluate: (context: Record<string, unknown>) => unknown,
  ) {}

  /** @throws SwitchyardError `condition.invalid` with what is wrong and where */
  static parse(text: string): Condition {
    if (text.length > MAX_LENGTH) throw invalid(text, `it is longer than ${MAX_LENGTH} characters`);
    let parsed;
    try {
      parsed = environment.parse(text);
    } catch (error) {
      throw invalid(text, reasonOf(error), error);
    }
    const refused = refusedIn(parsed.ast, false);
    if (refused) throw invalid(text, refused);
    const checked = parsed.check();
    if (!checked.valid) throw invalid(text, reasonOf(checked.error), checked.error);
    const type = String(checked.type);
    if (type !== 'bool' && type !== 'dyn') throw invalid(text, `it is a ${type}, and neither true nor false`);
    return new Condition(text, parsed);
  }

  /** @throws ConditionFailed */
  holds({ args, tool, ...rest }: ConditionContext): boolean {
    if (JSON.stringify(args).length > MAX_ARGUMENTS)
      throw new ConditionFailed(`the arguments have more than ${MAX_ARGUMENTS} characters`);
    let value;
    try {
      value = this.evaluate({ args, tool: { ...tool, tags: [...tool.tags] }, ...rest });
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

function invalid(text: string, why: string, cause?: unknown): SwitchyardError {
  return new SwitchyardError(
    'condition.invalid',
    `The condition \`${text.slice(0, 200)}\` cannot be used: ${why}. It is CEL over args, tool (name, effect, tags, source), agent, tenant and user, as in \`args.amount > 100\`.`,
    { details: { condition: text.slice(0, 200) }, cause },
  );
}
