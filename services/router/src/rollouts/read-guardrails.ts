import { SwitchyardError, type Guardrail } from '@switchyard/contracts';

/** Each takes its part of the chance of a false alarm: of more, none would find anything. */
const MAX_GUARDRAILS = 16;
/** The chance of a false alarm of all guardrails that name none, together. */
const ALPHA = 0.05;
const NAME = /^[A-Za-z0-9_.-]{1,64}$/;
/** Shares, whose margin is in points. The others' is relative to the baseline's mean. */
const SHARES = ['success', 'feedback', 'overrides', 'score'];
const MEASURES = [...SHARES, 'cost', 'latency'];
/** Ten times as much as the baseline: more would never be seen. */
const MAX_RELATIVE = 10;

/** A guardrail with what was left out filled in. */
export interface ReadGuardrail {
  name: string;
  measure: string;
  of: string;
  margin: number;
  alpha: number;
}

const USUAL = { name: '', measure: 'success', of: '', margin: 0.02, alpha: 0 };

/** @throws SwitchyardError `rollout.invalid` */
export function readGuardrails(
  written: readonly Pick<Guardrail, 'name' | 'measure' | 'of' | 'margin' | 'alpha'>[],
): ReadGuardrail[] {
  if (written.length > MAX_GUARDRAILS)
    throw invalid('guardrails', `it has ${written.length} guardrails, and ${MAX_GUARDRAILS} are allowed`);
  const given = written.length === 0 ? [USUAL] : written;
  const read = given.map((one, index) => {
    const { measure, of, margin, alpha } = one;
    const at = `guardrails[${index}]`;
    if (!MEASURES.includes(measure))
      throw invalid(`${at}.measure`, `${at}.measure is "${measure.slice(0, 64)}"; it may be ${MEASURES.join(', ')}`);
    if (measure === 'score' && !NAME.test(of))
      throw invalid(`${at}.of`, `${at} measures a score, and "of" does not name the scorer or the feedback`);
    if (measure !== 'score' && of !== '')
      throw invalid(`${at}.of`, `${at} measures ${measure}, which is of nothing; only scores have "of"`);
    const name = one.name || (of === '' ? measure : `${measure}.${of}`).slice(0, 64);
    if (!NAME.test(name))
      throw invalid(`${at}.name`, `${at}.name may have letters, digits, "_", "-" and ".", at most 64`);
    const most = SHARES.includes(measure) ? 1 : MAX_RELATIVE;
    if (!(margin >= 0 && margin <= most))
      throw invalid(`${at}.margin`, `${at}.margin is ${margin}; it may be 0 to ${most}`);
    if (!(alpha >= 0 && alpha < 1)) throw invalid(`${at}.alpha`, `${at}.alpha is ${alpha}; it may be 0 to less than 1`);
    return { name, measure, of, margin, alpha: alpha || ALPHA / given.length };
  });
  const twice = read.find(({ name }, index) => read.findIndex((other) => other.name === name) !== index);
  if (twice) throw invalid('guardrails', `two guardrails are named "${twice.name}". Name them`);
  return read;
}

/** Says where, why, and what to do. */
export function invalid(field: string, why: string): SwitchyardError {
  return new SwitchyardError('rollout.invalid', `The rollout is not possible: ${why}. Correct it and ask again.`, {
    details: { field },
  });
}
