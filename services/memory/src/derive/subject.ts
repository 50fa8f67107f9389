import { tokenise } from '../text/tokenise.js';

/** What a statement is about, and what it says of it: two statements of one subject cannot both hold. */
export interface Claim {
  /** For example "ada|favorit color". */
  subject: string;
  /** In lower case, without what says the same elsewhere. */
  value: string;
}

/**
 * Reads what a plain English statement is about, by rules and without a model: attributes that have one value at a time
 * (a name, a home, a deadline, a favourite, an opinion of something), and whatever is said to have changed. What no rule
 * knows has no subject, and nothing then takes its place by itself: better two statements than one that is gone.
 *
 * @param self who "I" and "my" are; "the user" is the same one
 */
export function claimOf(statement: string, self: string): Claim | undefined {
  const text = plain(statement);
  if (text.endsWith('?') || text.length > MAX_LENGTH) return undefined;
  for (const { pattern, read } of RULES) {
    const groups = pattern.exec(text)?.groups;
    const claim = groups && read(groups, (name) => ownerOf(name, self));
    if (claim) return claim;
  }
  return undefined;
}

/** Longer sentences say more than one thing. */
const MAX_LENGTH = 300;

/** Last words of an attribute that has one value at a time. */
const ATTRIBUTES = new Set(
  `name nickname pronouns email e-mail mail phone number address birthday birthdate age job title role profession employer
   company manager boss deadline budget price cost salary timeout port version language languages timezone zone location
   home city country capital owner color colour size limit quota status date time schedule theme currency unit units
   editor diet username login password passphrase pin code url link website domain branch host endpoint model plan goal
   target rate frequency temperature height weight distance duration length speed capacity threshold region partner
   husband wife spouse fiance fiancee flat apartment seat room table gate platform`.split(/\s+/),
);

type Groups = Readonly<Record<string, string | undefined>>;
type Read = (groups: Groups, owner: (name: string) => string) => Claim | undefined;

/** "my", "Ada's", "the user's", "the", "our": whose it is. Names of one or two words. */
const WHOSE = `(?<whose>my|our|their|the user's|user's|the|[\\p{L}\\p{N}_-]+(?: [\\p{L}\\p{N}_-]+)?'s)`;
const WHO = `(?<who>i|we|the user|user|[\\p{L}\\p{N}_-]+)`;
const BE = `(?:is|are|'s|will be|has been|is called|are called)`;
const rule = (source: string, read: Read) => ({ pattern: new RegExp(`^${source}$`, 'u'), read });

const RULES: readonly { pattern: RegExp; read: Read }[] = [
  rule(`(?:please )?call me (?<value>[^;,]{1,60})`, ({ value }, owner) => made([owner('i'), words('name')], value)),
  rule(
    `${WHO} (?:(?:now |currently )?lives? in|(?:have |has |'ve )?(?:just |recently )?moved to|(?:have |has |'ve )?relocated to|am based in|is based in|'m based in) (?<value>[^;,]{1,80})(?:,.*)?`,
    ({ who, value }, owner) => made([owner(who ?? ''), 'home'], value),
  ),
  rule(
    `${WHO} (?:(?:now |currently )?works? (?:at|for)|(?:have |has |'ve )?(?:just |recently )?joined) (?<value>[^;,]{1,80})(?:,.*)?`,
    ({ who, value }, owner) => made([owner(who ?? ''), 'employer'], value),
  ),
  rule(`${WHO} (?:now |currently )?works? as (?:an? )?(?<value>[^;,]{1,80})(?:,.*)?`, ({ who, value }, owner) =>
    made([owner(who ?? ''), 'job'], value),
  ),
  // "The deadline was moved from May 1 to May 8", "my budget has changed to 200"
  rule(
    `(?:${WHOSE} )?(?<what>[^,;]{2,80}?) (?:(?:was|were|is|are|has been|have been|got|has|have) )?(?:now )?(?:moved|changed|pushed(?: back)?|updated|raised|lowered|increased|decreased|reduced|extended|rescheduled|postponed|switched|bumped|shifted|cut)(?: back)?(?: from [^;]{1,60}?)? (?:to|until|till) (?<value>[^;]{1,160})`,
    ({ whose, what, value }, owner) => made([owner(whose ?? ''), attribute(what)], value, what),
  ),
  // "we moved the deadline (from …) to May 8"
  rule(
    `${WHO} (?:have |has |had |'ve )?(?:just )?(?:moved|changed|pushed(?: back)?|updated|raised|lowered|increased|decreased|reduced|extended|rescheduled|postponed|switched|bumped|shifted|cut) ${WHOSE} (?<what>[^,;]{2,80}?)(?: back)?(?: from [^;]{1,60}?)? (?:to|until|till) (?<value>[^;]{1,160})`,
    ({ whose, what, value }, owner) => made([owner(whose ?? ''), attribute(what)], value, what),
  ),
  // "my favourite colour is teal", "the deadline is now May 8"
  rule(
    `${WHOSE} (?<what>[^,;]{2,80}?) ${BE} (?<now>now )?(?<value>[^;]{1,160})`,
    ({ whose, what, now, value }, owner) =>
      now !== undefined || isFunctional(what) ? made([owner(whose ?? ''), attribute(what)], value, what) : undefined,
  ),
  rule(`${WHO} prefers? (?<one>[^;,]{1,60}?) (?:over|to|rather than) (?<other>[^;,]{1,60})`, preference),
  rule(
    `${WHO} (?<how>(?:do not|does not|no longer|never|really|now|used to)? ?(?:likes?|loves?|enjoys?|hates?|dislikes?|prefers?|wants?|needs?|uses?|drinks?|eats?|smokes?))(?: to)? (?<what>[^;,]{1,80}?)(?<gone> any ?more| any longer| now)?`,
    ({ who, how, what }, owner) => made([owner(who ?? ''), 'opinion', words(what)], attitude(how)),
  ),
];

function preference({ who, one, other }: Groups, owner: (name: string) => string): Claim | undefined {
  const pair = [words(one), words(other)].sort().join('/');
  return made([owner(who ?? ''), 'preference', pair], one);
}

function attitude(how = ''): string {
  const denied = /\b(?:not|no longer|never|used to)\b/.test(how);
  const verb = how.replace(/^.* /, '').replace(/s$/, '');
  const against = verb === 'hate' || verb === 'dislike';
  if (['like', 'love', 'enjoy', 'hate', 'dislike', 'prefer'].includes(verb))
    return denied !== against ? 'against' : 'for';
  return `${denied ? 'not ' : ''}${verb}`;
}

/** The words that tell one attribute from another, in a form that all spellings share. */
function words(text = ''): string {
  return tokenise(text).join(' ');
}

function attribute(what = ''): string {
  return words(what.replace(/^(?:new|current|latest|updated|old) /, ''));
}

function isFunctional(what = ''): boolean {
  const said = what.split(' ');
  if (/\bfavou?rite\b/.test(what)) return true;
  const [head = what] = what.split(/ (?:for|of|on|in|at) /);
  return said.length <= 8 && ATTRIBUTES.has(head.split(' ').at(-1) ?? '');
}

function made(parts: readonly string[], value = '', named?: string): Claim | undefined {
  const said = value
    .replace(/^(?:now|called|an?|the) /, '')
    .replace(/ (?:now|instead|from now on|any ?more)$/, '')
    .trim();
  if (said === '' || parts.some((part) => part === '') || (named !== undefined && words(named) === ''))
    return undefined;
  return { subject: parts.join('|'), value: said };
}

function ownerOf(name: string, self: string): string {
  const bare = name.replace(/'s$/, '');
  if (['i', 'my', 'me', 'the user', 'user'].includes(bare)) return self.toLowerCase() || 'i';
  return ['', 'the', 'our', 'we', 'their'].includes(bare) ? 'all' : bare;
}

function plain(statement: string): string {
  return statement
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[’ʼ‘`´]/g, "'")
    .replace(/\bi'm\b/g, 'i am')
    .replace(/\b(do|does)n't\b/g, '$1 not')
    .replace(/["“”]/g, '')
    .replace(/\s+/g, ' ')
    .replace(
      /^(?:(?:please|ok|okay|so|well|also|and|actually|btw|by the way|fyi|just so you know|note that|remember that|please remember that|update|correction|remember|sorry|oh)[,:]? )+/,
      '',
    )
    .replace(/[.!…]+$/, '')
    .trim();
}
