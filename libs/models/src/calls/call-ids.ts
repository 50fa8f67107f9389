import { createHash } from 'node:crypto';
import type { CallIdRule } from '../profile/profile.js';

/** OpenAI takes up to 40 characters, Anthropic `^[a-zA-Z0-9_-]+$`: this is what both take. */
const TOKEN = /^[a-zA-Z0-9_-]{1,40}$/;
const ALNUM9 = /^[a-zA-Z0-9]{9}$/;

/**
 * Ids for the calls of a conversation, in order, as a backend's rule demands. The same history gives the same ids, every id
 * is given once, and an id that fits already is kept.
 */
export function assignCallIds(calls: readonly { id: string; wireName: string }[], rule: CallIdRule): string[] {
  if (rule === 'positional') return calls.map(({ wireName }, index) => `functions.${wireName}:${index}`);
  const fits = rule === 'alnum9' ? ALNUM9 : TOKEN;
  const given = new Set<string>();
  return calls.map(({ id }) => {
    let candidate = fits.test(id) ? id : derivedId(id, 0, rule);
    for (let attempt = 1; given.has(candidate); attempt++) candidate = derivedId(id, attempt, rule);
    given.add(candidate);
    return candidate;
  });
}

function derivedId(id: string, attempt: number, rule: Exclude<CallIdRule, 'positional'>): string {
  const digits = createHash('sha256').update(`${attempt}:${id}`).digest('hex');
  return rule === 'alnum9' ? digits.slice(0, 9) : `call_${digits.slice(0, 26)}`;
}
