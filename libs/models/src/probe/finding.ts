import type { JsonValue } from '../json.js';
import type { ProfileInit } from '../profile/profile.js';

/**
 * - `proved`: the endpoint said so, or did what it would not do otherwise
 * - `likely`: what was seen has this one reading that is usual, and others that are not
 * - `assumed`: nothing speaks against it
 */
export type ProbeConfidence = 'proved' | 'likely' | 'assumed';

/** Something that was found out about an endpoint. */
export interface ProbeFinding {
  /** Path in the profile (`tools.choices`), or `model`, or a name of what no profile has (`ids.returned`). */
  field: string;
  value: JsonValue;
  /** For a person: what was asked and what came back. */
  how: string;
  /** Of the request that showed it, counted from 1; 0 where the address did. */
  requestNumber: number;
  confidence: ProbeConfidence;
}

/** What a profile says besides its wire API. */
export type ProfileMembers = Omit<Partial<ProfileInit>, 'api'>;

/** Members of both; the later one wins, member by member within objects that are rules. */
export function mergeMembers(before: ProfileMembers, after: ProfileMembers): ProfileMembers {
  return {
    ...before,
    ...after,
    ...merged('capabilities', before, after),
    ...merged('reasoning', before, after),
    ...merged('tools', before, after),
    ...merged('output', before, after),
    ...merged('tokens', before, after),
  };
}

function merged(
  key: 'capabilities' | 'reasoning' | 'tools' | 'output' | 'tokens',
  before: ProfileMembers,
  after: ProfileMembers,
): ProfileMembers {
  const whole = { ...before[key], ...after[key] };
  return Object.keys(whole).length === 0 ? {} : { [key]: whole };
}
