import { stricter, type Decision } from './decision.js';
import type { GovernedCall, GovernedTool, Opinion, RuleList } from './rule-list.js';

/** Whose rules they are. */
export interface Source {
  /** "policy:<name>" or "agent". */
  by: string;
  rules: RuleList;
  /** Of ask, where a rule says nothing else. 0: never. */
  seconds: number;
}

/** What becomes of a call. */
export interface Verdict {
  decision: Decision;
  /** "policy:<name>", "agent" or "tool"; '' where nobody says anything. */
  by: string;
  reason: string;
  /** Of ask: the shortest that anybody says. 0: never. */
  seconds: number;
}

/**
 * The strictest of what everybody says: one who allows undoes nothing of another who asks or denies. Of several who say the same, the
 * first is named.
 *
 * @param askFirst whether the tool itself has every call asked about
 */
export function verdictOn(call: GovernedCall, sources: readonly Source[], askFirst: boolean): Verdict {
  const said = sources.flatMap(({ by, rules, seconds }) => {
    const opinion = rules.on(call);
    return opinion ? [{ by, ...opinion, seconds: opinion.seconds || seconds }] : [];
  });
  const all = askFirst ? [{ by: 'tool', ...ASKS }, ...said] : said;
  const decision = all.reduce<Decision>((strictest, one) => stricter(strictest, one.decision), 'allow');
  const deciding = all.filter((one) => one.decision === decision);
  const times = deciding.map(({ seconds }) => seconds).filter((seconds) => seconds > 0);
  const { by = '', reason = '' } = deciding[0] ?? {};
  return { decision, by, reason, seconds: times.length > 0 ? Math.min(...times) : 0 };
}

const ASKS: Opinion = { decision: 'ask', reason: 'the tool itself says so', seconds: 0 };

/** Whether some call of this tool may be asked about or denied by anybody. */
export function mayBeStopped(tool: GovernedTool, sources: readonly Source[], askFirst: boolean): boolean {
  return askFirst || sources.some(({ rules }) => rules.mayStop(tool));
}
