import { SwitchyardError, type JsonObject, type PolicyRule } from '@switchyard/contracts';
import { Condition } from './condition.js';
import { ConditionFailed } from './expression.js';
import { isDecision, type Decision } from './decision.js';

/** A tool as rules see it. */
export interface GovernedTool {
  name: string;
  effect: string;
  tags: readonly string[];
  source: string;
  /** It only waits, asks or looks (sleep, ask_user, find_tools): rules reach it by its name alone. */
  isQuiet: boolean;
}

export interface GovernedCall {
  tool: GovernedTool;
  args: JsonObject;
  agent: string;
  tenant: string;
  user: string;
}

/** What a list of rules says of a call. */
export interface Opinion {
  decision: Decision;
  /** Why, for people and for the model; '' where the rule gives none. */
  reason: string;
  /** Of ask: after which nobody's answer counts as none. 0: as the list's owner says. */
  seconds: number;
}

interface CompiledRule {
  tools: ReadonlySet<string>;
  effects: ReadonlySet<string>;
  when: Condition | undefined;
  opinion: Opinion;
}

/** Names of the tools of "<toolset>.*". */
export type ToolsOf = (toolset: string) => readonly string[];

/** Rules in order: the first that fits decides. */
export class RuleList {
  private constructor(private readonly rules: readonly CompiledRule[]) {}

  /**
   * @param toolsOf what toolsets stand for
   * @throws SwitchyardError `policy.invalid`, `condition.invalid`
   */
  static compile(rules: readonly PolicyRule[], toolsOf: ToolsOf): RuleList {
    return new RuleList(rules.map((rule, index) => compile(rule, index, toolsOf)));
  }

  /** Undefined where no rule fits. A condition that cannot be decided has a person asked, whatever its rule says. */
  on(call: GovernedCall): Opinion | undefined {
    for (const rule of this.rules) {
      if (!isMeant(rule, call.tool)) continue;
      if (!rule.when) return rule.opinion;
      try {
        if (rule.when.holds(call)) return rule.opinion;
      } catch (error) {
        if (!(error instanceof ConditionFailed)) throw error;
        const why = `\`${rule.when.text}\` cannot be decided: ${error.message}`;
        return { decision: 'ask', reason: why, seconds: rule.opinion.seconds };
      }
    }
    return undefined;
  }

  /** Whether some call of this tool may be asked about or denied. */
  mayStop(tool: GovernedTool): boolean {
    for (const rule of this.rules) {
      if (!isMeant(rule, tool)) continue;
      // A condition that cannot be decided asks.
      if (rule.when || rule.opinion.decision !== 'allow') return true;
      return false;
    }
    return false;
  }
}

function compile(rule: PolicyRule, index: number, toolsOf: ToolsOf): CompiledRule {
  const { tools, effects, when, decision, reason, seconds } = rule;
  if (!isDecision(decision))
    throw new SwitchyardError(
      'policy.invalid',
      `Rule ${index + 1} says "${decision.slice(0, 64)}", and neither allow, ask nor deny.`,
      { details: { rule: index + 1 } },
    );
  const named = tools.flatMap((name) => (name.endsWith('.*') ? toolsOf(name) : [name]));
  return {
    // An empty set of tools would mean all: a toolset without tools means none.
    tools: new Set(tools.length === 0 ? ['*'] : named),
    effects: new Set(effects),
    when: when === '' ? undefined : Condition.parse(when),
    opinion: { decision, reason, seconds },
  };
}

function isMeant({ tools, effects }: CompiledRule, { name, effect, isQuiet }: GovernedTool): boolean {
  const byName = tools.has(name) || (tools.has('*') && !isQuiet);
  return byName && (effects.size === 0 || effects.has(effect));
}
