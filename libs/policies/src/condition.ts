import type { JsonObject } from '@switchyard/contracts';
import { ConditionFailed, Expression, languageOf } from './expression.js';

/** Characters of JSON of the arguments that conditions look at; of larger ones nothing is known. */
const MAX_ARGUMENTS = 65_536;

const language = languageOf(
  { args: 'map', tool: 'map', agent: 'string', tenant: 'string', user: 'string' },
  'args, tool (name, effect, tags, source), agent, tenant and user, as in `args.amount > 100`',
);

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

/** An expression that is true or false of a call. */
export class Condition {
  private constructor(private readonly expression: Expression) {}

  /** @throws SwitchyardError `condition.invalid` with what is wrong and where */
  static parse(text: string): Condition {
    return new Condition(Expression.parse(text, language));
  }

  get text(): string {
    return this.expression.text;
  }

  /** @throws ConditionFailed */
  holds({ args, tool, ...rest }: ConditionContext): boolean {
    if (JSON.stringify(args).length > MAX_ARGUMENTS)
      throw new ConditionFailed(`the arguments have more than ${MAX_ARGUMENTS} characters`);
    return this.expression.holds({ args, tool: { ...tool, tags: [...tool.tags] }, ...rest });
  }
}
