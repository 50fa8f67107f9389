import { findExpressions } from './arithmetic/find-expressions.js';
import type { Intent } from './intent.js';

/** Words with which another wish begins. */
const STARTS =
  'what|tell|calculate|compute|how|list|fetch|get|read|show|when|which|who|where|please|summari[sz]e|remember|recall|open|visit|give|also|do you';
const CLAUSE = new RegExp(
  `(?<=[.!?])\\s+(?=[^\\s*/+^×÷-])|\\n+|[,;]?\\s+(?:and then|and also|and|then|also|plus|but)\\s+(?=(?:${STARTS})\\b)|[,;]\\s+(?=(?:${STARTS})\\b)`,
  'i',
);

const URL_PATTERN = /\bhttps?:\/\/[^\s<>"'`]+[^\s<>"'`.,;:!?)\]]/gi;
const BARE_HOST =
  /\b(?:www\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|org|net|io|dev|ai|edu|gov|info|co|de|ch|at|uk|eu|fr)(?:\/[^\s<>"'`]*[^\s<>"'`.,;:!?)])?(?![\w.])/gi;
const WEB_CUE = /\b(fetch|visit|browse|web ?site|site|web ?page|page|url|download|load|open)\b|\bwhat(?:'s| is) on\b/i;

const FILE =
  /(?:"([^"\n]+\.\w{1,8})"|'([^'\n]+\.\w{1,8})'|`([^`\n]+)`|(?<![\w./-])((?:\.{1,2}\/|\/|~\/)?(?:[\w-][\w.-]*\/)*[\w-]*[A-Za-z_][\w-]*(?:\.[\w-]+)*\.[A-Za-z]\w{0,7})(?![\w/])|(?<![\w./-])((?:\.{1,2}|~)?\/[A-Za-z_][\w.-]*(?:\/[\w.-]+)*(?<![.]))(?![\w/]))/g;
const NAMED_FILE = /\bfile\s+(?:called\s+|named\s+)?["'`]?((?:[\w.-]+\/)*[A-Za-z][\w.-]*)["'`]?/i;
const FILE_CUE =
  /\b(read|open|show|say|says|summari[sz]e|summary|contents?|file|cat|print|look at|look in|according to|written|tell|display|about)\b|\bin\s+(?:the\s+file\s+)?\S+\.\w+|\bwhat(?:'s| is) in\b/i;
const NOT_A_FILE_NAME =
  /^(?:that|in|from|is|and|names?|list|called|named|the|of|system|systems|please|say|says|contains?|for|with|to|at|on|into|here|there|it)$/i;
const WRITES = /\b(write|append|delete|remove|rename|create|overwrite)\b/i;
const LISTS =
  /\b(?:list|show|what|which|are there any)\b.*\b(?:files|directory|directories|folder|folders)\b|\bls\b|\blist\s+(?:the\s+)?(?:contents\s+of\s+)?\.{0,2}\//i;

const REMEMBER =
  /^\W*(?:please\s+|(?:can|could|will|would) you\s+(?:please\s+)?|i want you to\s+)*(?:remember|memori[sz]e|keep in mind|note(?: down)?|make a note|don'?t forget|store|save(?=\s+(?:that|this|the fact|in memory|to memory)))\b(?:\s+(?:this\s+|that\s+|it\s+)?(?:in|to)\s+(?:your\s+)?memory)?[\s:,]*(?:that\b|this\b|the fact that\b)?[\s:,]*(.+)$/is;
const RECALL =
  /\b(?:what|who|where|when|which|how|do|did|have)\b.*\b(?:my|our|i|me|mine|i'm|am i)\b|\bdo you (?:remember|know|recall)\b|\bwhat do you (?:remember|know)\b|\bremind me\b/i;

const TIME =
  /\bwhat(?:'s|s| is)?\s+(?:the\s+)?(?:current\s+|local\s+|exact\s+)?(?:time|date)\b|\bwhat\s+(?:time|day|date)\b|\bcurrent\s+(?:local\s+)?(?:time|date)\b|\btoday'?s date\b|\bthe\s+time\s+(?:now|in)\b|\btime\s+(?:is\s+it\s+)?(?:right\s+)?(?:now\s+)?in\s+\p{Lu}|\bdate\s+(?:is\s+it\s+)?today\b/iu;

/** Wishes are looked for in this much of a message: patterns over a whole pasted book would take minutes. */
const TEXT_LIMIT = 8_000;

/** What a user's message asks for, in its order. Nothing that rules cannot tell is guessed. */
export function findIntents(text: string): Intent[] {
  const intents: Intent[] = [];
  for (const clause of text.slice(0, TEXT_LIMIT).split(CLAUSE)) {
    if (clause === undefined || clause.trim() === '') continue;
    const previous = intents.findLast((intent) => intent.kind === 'calculate');
    intents.push(...clauseIntents(clause.trim(), previous?.kind === 'calculate' ? previous.expression : undefined));
  }
  return withoutChainedDoubles(intents);
}

function clauseIntents(clause: string, before: string | undefined): Intent[] {
  const remembered = REMEMBER.exec(clause);
  // "Remember my name?" asks; "can you remember that …?" tells.
  if (remembered !== null && (!clause.endsWith('?') || /^\W*(?:can|could|will|would)\b/i.test(clause))) {
    const fact = (remembered[1] ?? '').trim().replace(/[.!?\s]+$/, '');
    return fact === '' ? [] : [{ kind: 'remember', fact }];
  }

  const intents: Intent[] = [];
  let rest = clause;
  // What was understood leaves the text, so that a path's slash is never taken for a division.
  const take = (pattern: RegExp, accept: (found: string) => Intent | undefined): void => {
    rest = rest.replace(pattern, (whole: string, ...groups: unknown[]) => {
      const captured = groups.slice(0, -2).find((group) => typeof group === 'string');
      const intent = accept(typeof captured === 'string' ? captured : whole);
      if (intent === undefined) return whole;
      intents.push(intent);
      return ' , ';
    });
  };
  const summarise = /\b(summari[sz]e|summary|gist|tl;?dr)\b/i.test(clause);
  take(URL_PATTERN, (url) => ({ kind: 'fetch', url, summarise }));
  if (WEB_CUE.test(clause)) take(BARE_HOST, (host) => ({ kind: 'fetch', url: `https://${host}`, summarise }));

  if (!WRITES.test(clause)) {
    if (FILE_CUE.test(clause)) {
      take(FILE, (path) =>
        // A path without an ending is a folder where files are to be listed.
        /^(?:e\.g|i\.e)$/i.test(path) || (LISTS.test(clause) && !/\.\w+$/.test(path))
          ? undefined
          : { kind: 'read_file', path, summarise, question: clause },
      );
    }
    if (!intents.some((intent) => intent.kind === 'read_file')) {
      if (LISTS.test(clause)) intents.push({ kind: 'list_files', path: folderIn(rest) });
      else {
        const name = NAMED_FILE.exec(rest)?.[1];
        if (name !== undefined && !NOT_A_FILE_NAME.test(name)) {
          intents.push({ kind: 'read_file', path: name, summarise, question: clause });
        }
      }
    }
  }
  if (TIME.test(rest)) intents.push(...placesIn(rest).map((place): Intent => ({ kind: 'time', place })));
  if (!intents.some((intent) => intent.kind === 'list_files')) {
    intents.push(...findExpressions(rest, before).map((found): Intent => ({ kind: 'calculate', ...found })));
  }
  if (intents.length === 0 && RECALL.test(clause)) intents.push({ kind: 'recall', question: clause });
  return intents;
}

/** "What is 12*3? Then add 5 to that." is one calculation, its last form. */
function withoutChainedDoubles(intents: Intent[]): Intent[] {
  return intents.filter((intent, index) => {
    if (intent.kind !== 'calculate') return true;
    const next = intents.slice(index + 1).find((later) => later.kind === 'calculate');
    return next?.kind !== 'calculate' || !next.expression.startsWith(`(${intent.expression})`);
  });
}

function folderIn(clause: string): string {
  const named =
    /\b(?:in|of|under|inside|from)\s+(?:the\s+|my\s+)?["'`]?((?:\.{0,2}\/)?[\w.-]+(?:\/[\w.-]+)*\/?|\.{1,2}\/?|\/)["'`]?(?:\s+(?:folder|directory))?/i.exec(
      clause,
    )?.[1] ?? /["'`]?([\w./-]+)["'`]?\s+(?:folder|directory)\b/i.exec(clause)?.[1];
  if (named === undefined || /^(?:current|this|the|working|my|your|that|here|there|a)$/i.test(named)) return '.';
  return named.replace(/[.,;:!?]+$/, '') || '.';
}

function placesIn(clause: string): string[] {
  const tail = /\b(?:in|at|for)\s+(.+)$/i
    .exec(clause)?.[1]
    ?.replace(/[?!.,;\s]+$/, '')
    .replace(/(?:,?\s+(?:right|now|today|currently|please))+$/i, '');
  if (tail === undefined || /^the\s+(?:moment|morning|evening)/i.test(tail)) return [''];
  const places = tail
    .split(/\s*,\s*(?:and\s+)?|\s+(?:and|or)\s+(?:in\s+)?/i)
    .map((place) => place.replace(/^(?:the\s+city\s+of|in)\s+/i, '').trim())
    .filter((place) => /^\p{L}[\p{L}\s'./_-]*$/u.test(place));
  return places.length === 0 ? [''] : places;
}
