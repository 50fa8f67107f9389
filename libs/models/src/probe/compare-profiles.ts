import type { JsonObject, JsonValue } from '../json.js';
import { stableStringify } from '../json.js';
import type { Profile } from '../profile/profile.js';
import { memberAt } from './member-at.js';
import type { ProbeResult } from './probe-result.js';

/** Something that an endpoint does otherwise than its profile says. */
export interface ProfileChange {
  /** Path in the profile. */
  field: string;
  before: JsonValue;
  after: JsonValue;
  /** Less is possible than before, or what worked would be refused now. */
  worse: boolean;
  how: string;
}

/** Measured anew by each probe, with small differences that mean nothing: relative to what was there. */
const TOLERANCE: Readonly<Record<string, number>> = { 'tokens.charactersPerToken': 0.15 };

/** Ordered from more to less. */
const LADDERS: Readonly<Record<string, readonly JsonValue[]>> = {
  'system.placement': ['anywhere', 'first'],
  'tools.mode': ['native', 'constrained', 'text'],
  finish: ['trusted', 'untrusted'],
};

/**
 * What a new probe found otherwise than a profile has it. Only what the probe looked at is compared: what it could not try is no change,
 * and neither is what it took for granted.
 */
export function compareProfiles(before: Profile, probed: ProbeResult): ProfileChange[] {
  const old = asJson(before);
  const now = asJson(probed.backend.profile);
  const seen = probed.findings.filter(({ confidence }) => confidence !== 'assumed');
  const looked = new Set(seen.map(({ field }) => profilePath(field)));
  return [...looked].flatMap((field) => {
    const [was, is] = [memberAt(old, field), memberAt(now, field)];
    if (was === undefined || is === undefined || isSame(field, was, is)) return [];
    const finding = probed.findings.findLast((each) => profilePath(each.field) === field);
    return [{ field, before: was, after: is, worse: isWorse(field, was, is), how: finding?.how ?? '' }];
  });
}

/** Findings may be finer than the profile: `tools.choices.none` is about `tools.choices`. */
function profilePath(field: string): string {
  const [first = '', second] = field.split('.');
  return second === undefined ? first : `${first}.${second}`;
}

function isSame(field: string, was: JsonValue, is: JsonValue): boolean {
  const tolerance = TOLERANCE[field];
  if (tolerance !== undefined && typeof was === 'number' && typeof is === 'number')
    return Math.abs(is - was) <= tolerance * was;
  return stableStringify(sorted(was)) === stableStringify(sorted(is));
}

/** Lists in a profile are sets, but for the fields of reasoning, of which the first counts. */
function sorted(value: JsonValue): JsonValue {
  return Array.isArray(value) && value.every((each) => typeof each === 'string') ? [...value].sort() : value;
}

function isWorse(field: string, was: JsonValue, is: JsonValue): boolean {
  if (typeof was === 'boolean' && typeof is === 'boolean') return field === 'reasoning.opened' ? false : was && !is;
  if (typeof was === 'number' && typeof is === 'number') return field.startsWith('tokens.') ? false : is < was;
  if (Array.isArray(was) && Array.isArray(is))
    return field === 'unsupported' ? is.some((each) => !was.includes(each)) : was.some((each) => !is.includes(each));
  const ladder = LADDERS[field];
  if (ladder !== undefined) return ladder.indexOf(is) > ladder.indexOf(was);
  // Another dialect, other ids, other prices: what was written for the old ones is wrong now.
  return true;
}

function asJson(profile: Profile): JsonObject {
  // A profile is JSON by construction; the round trip states it to the compiler.
  return JSON.parse(JSON.stringify(profile)) as JsonObject;
}
