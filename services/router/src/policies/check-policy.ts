import { SwitchyardError, type Policy } from '@switchyard/contracts';
import { RuleList } from '@switchyard/policies';

const MAX_RULES = 64;
const MAX_NAMES = 256;
const MAX_TEXT = 1_000;
/** A year and a day. */
const MAX_SECONDS = 31_622_400;
const EFFECTS = ['pure', 'idempotent', 'irreversible'];

/** @throws SwitchyardError `policy.invalid`, `condition.invalid` */
export function checkPolicy({ name, description, rules, seconds }: Policy): void {
  const invalid = (why: string): SwitchyardError =>
    new SwitchyardError('policy.invalid', `The policy "${name.slice(0, 128)}" was not applied: ${why}.`, {
      details: { name: name.slice(0, 128) },
    });
  if (rules.length === 0) throw invalid('it has no rules');
  if (rules.length > MAX_RULES) throw invalid(`it has more than ${MAX_RULES} rules`);
  if (description.length > MAX_TEXT) throw invalid(`its description is longer than ${MAX_TEXT} characters`);
  if (seconds > MAX_SECONDS) throw invalid(`seconds is more than a year`);
  for (const [index, rule] of rules.entries()) {
    const of = `rule ${index + 1}`;
    const effect = rule.effects.find((known) => !EFFECTS.includes(known));
    if (effect !== undefined)
      throw invalid(`${of} has the effect "${effect.slice(0, 64)}", none of ${EFFECTS.join(', ')}`);
    if (rule.tools.length > MAX_NAMES) throw invalid(`${of} names more than ${MAX_NAMES} tools`);
    if (rule.tools.some((tool) => tool === '' || tool.length > MAX_NAMES)) throw invalid(`${of} names no tool`);
    if (rule.reason.length > MAX_TEXT) throw invalid(`the reason of ${of} is longer than ${MAX_TEXT} characters`);
    if (rule.seconds > MAX_SECONDS) throw invalid(`the seconds of ${of} are more than a year`);
  }
  RuleList.compile(rules, () => []);
}
