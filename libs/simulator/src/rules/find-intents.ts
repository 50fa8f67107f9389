import { findExpressions } from './arithmetic/find-expressions.js';
import type { Intent } from './intent.js';
import { readRemembered, statementIn } from './remember.js';
import { asksToWrite, readWrite } from './write-file.js';

/** Words with which another wish begins. */
const STARTS =
  'what|tell|calculate|compute|how|list|fetch|get|read|show|when|which|who|where|please|summari[sz]e|remember|recall|open|merke? dir|visit|give|also|do you';
const CLAUSE = new RegExp(
  `(?<=[.!?])\\s+(?=[^\\s*/+^×÷-])|\\n+|[,;]?\\s+(?:and then|and also|and|then|also|plus|but)\\s+(?=(?:${STARTS})\\b)|[,;]\\s+(?=(?:${STARTS})\\b)`,
  'i',
);

const URL_PATTERN = /\bhttps?:\/\/[^\s<>"'`]+/gi;
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

const RECALL =
  /\b(?:what|who|where|when|which|how|do|did|have)\b.*\b(?:my|our|i|me|mine|i'm|am i)\b|\bdo you (?:remember|know|recall)\b|\bwhat do you (?:remember|know)\b|\bremind me\b|\btell me (?:about )?(?:my|our)\b|^\W*(?:and\s+)?(?:my|our)\b.*\?$/i;

/** What is to be forgotten. "Don't forget" is told apart by its first word. */
const FORGET =
  /^\W*(?:please\s+|(?:can|could|will|would) you\s+(?:please\s+)?)?forget\b(?:\s+(?:about|that|what (?:i|you) (?:said|know) about))?\s+(.{3,})$/is;

const TIME =
  /\bwhat(?:'s|s| is)?\s+(?:the\s+)?(?:current\s+|local\s+|exact\s+)?(?:time|date)\b|\bwhat\s+(?:time|day|date)\b|\bcurrent\s+(?:local\s+)?(?:time|date)\b|\btoday'?s date\b|\bthe\s+time\s+(?:now|in)\b|\btime\s+(?:is\s+it\s+)?(?:right\s+)?(?:now\s+)?in\s+\p{Lu}|\bdate\s+(?:is\s+it\s+)?today\b|\bwie spät ist es\b|\bqué hora es\b|\bquelle heure est-il\b/iu;

/** Wishes are looked for in this much of a message: patterns over a whole pasted book would take minutes. */
const TEXT_LIMIT = 8_000;

/** What a user's message asks for, in its order. Nothing that rules cannot tell is guessed. */
export function findIntents(text: string): Intent[] {
  const intents: Intent[] = [];
  let statement: string | undefined;
  for (const clause of joinLines(text.slice(0, TEXT_LIMIT)).split(CLAUSE)) {
    if (clause === undefined || clause.trim() === '') continue;
    const previous = intents.findLast((intent) => intent.kind === 'calculate');
    const before = previous?.kind === 'calculate' ? previous.expression : undefined;
    const found = clauseIntents(clause.trim(), before, statement);
    statement = found.length === 0 ? statementIn(clause.trim()) : undefined;
    intents.push(...found);
  }
  return withoutChainedDoubles(intents);
}

/** A line that breaks within a sentence goes on: it ends with what needs more, or the next begins in the middle. */
function joinLines(text: string): string {
  return text
    .replace(/(?<=\b(?:of|by|is|on|in|to|the|plus|minus|times|that|from)|[-+*/^×÷(,])[ \t]*\n[ \t]*(?=\S)/gi, ' ')
    .replace(new RegExp(`(?<=[\\p{L}\\p{N}])[ \\t]*\\n[ \\t]*(?=\\p{Ll})(?!(?:${STARTS})\\b)`, 'gu'), ' ');
}

function clauseIntents(clause: string, before: string | undefined, statementBefore: string | undefined): Intent[] {
  if (asksToWrite(clause)) {
    const write = readWrite(clause);
    return write === undefined ? [] : [{ kind: 'write_file', ...write }];
  }
  const forgotten = FORGET.exec(clause)?.[1];
  if (forgotten !== undefined) return [{ kind: 'forget', what: forgotten.replace(/[.!?\s]+$/, ''), id: '' }];
  const remembered = readRemembered(clause, statementBefore);
  if (remembered !== undefined) {
    return remembered.fact === undefined ? [] : [{ kind: 'remember', fact: remembered.fact }];
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
  take(URL_PATTERN, (found) => ({ kind: 'fetch', url: withoutSentence(found), summarise }));
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

/** A URL without the punctuation of the sentence around it; a bracket that opens within it is its own. */
function withoutSentence(url: string): string {
  let open = url.split(/[([]/).length - url.split(/[)\]]/).length;
  let { length } = url;
  for (; length > 0; length -= 1) {
    const last = url.charAt(length - 1);
    if (/[)\]]/.test(last) && open < 0) open += 1;
    else if (!/[.,;:!?]/.test(last)) break;
  }
  return url.slice(0, length);
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
    /\bls\s+(?:-\w+\s+)*["'`]?([\w./~-]+)/i.exec(clause)?.[1] ??
    /\b(?:in|of|under|inside|from)\s+(?:the\s+|my\s+)?["'`]?((?:\.{0,2}\/)?[\w.-]+(?:\/[\w.-]+)*\/?|\.{1,2}\/?|\/)["'`]?(?:\s+(?:folder|directory))?/i.exec(
      clause,
    )?.[1] ??
    /["'`]?([\w./-]+)["'`]?\s+(?:folder|directory)\b/i.exec(clause)?.[1];
  if (named === undefined || /^(?:current|this|the|working|my|your|that|here|there|a)$/i.test(named)) return '.';
  return named.replace(/[.,;:!?]+$/, '') || '.';
}

function placesIn(clause: string): string[] {
  const tail = /(?:\b(?:in|at|for|en)|\sà)\s+(.+)$/i
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
