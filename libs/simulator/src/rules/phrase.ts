import { allFacts, answerFromFacts, relevantSentences, sentencesOf, toUser } from './facts.js';
import type { Intent } from './intent.js';
import type { Outcome } from './results.js';

/** Longer contents are quoted to here. */
const QUOTE_LIMIT = 1_200;

/** What came out of a wish, in a sentence. */
export function phrase(intent: Intent, toolName: string, outcome: Outcome): string {
  if (outcome.failed) return `The tool ${toolName} failed${about(intent)}: ${sentence(outcome.text)}`;
  switch (intent.kind) {
    case 'calculate':
      return /^(?:[-−]?(?:Infinity|∞)|NaN)$/.test(outcome.text)
        ? `${intent.label} is undefined.`
        : `${intent.label} = ${outcome.text}`;
    case 'time':
      return `The time${intent.place === '' ? '' : ` in ${intent.place}`}: ${outcome.text}`;
    case 'read_file':
      return content(intent.path, outcome.text, intent.summarise, intent.question.replaceAll(intent.path, ' '));
    case 'fetch':
      return content(intent.url, plainText(`${outcome.text}\n`).trim(), intent.summarise, '');
    case 'write_file':
      return `Written to ${intent.path}: ${intent.content}`;
    case 'list_files':
      return `${intent.path === '.' ? 'The folder' : intent.path} holds:\n${outcome.text === '' ? '(nothing)' : outcome.text}`;
    case 'remember':
      return `I will remember it: ${toUser(intent.fact)}`;
    case 'recall':
      return (
        answerFromFacts(intent.question, [outcome.text]) ?? allFacts(intent.question, outcome.text) ?? notRemembered()
      );
    case 'forget':
      return intent.id === '' ? notRemembered() : `I have forgotten ${toYours(intent.what)}.`;
  }
}

function toYours(what: string): string {
  return what.replace(/\bmy\b/gi, 'your');
}

export function notRemembered(): string {
  return 'I found nothing about that in memory.';
}

function about(intent: Intent): string {
  switch (intent.kind) {
    case 'calculate':
      return ` on ${intent.expression}`;
    case 'read_file':
    case 'write_file':
    case 'list_files':
      return ` on ${intent.path}`;
    case 'fetch':
      return ` on ${intent.url}`;
    default:
      return '';
  }
}

function content(source: string, text: string, summarise: boolean, question: string): string {
  if (text.trim() === '') return `${source} is empty.`;
  if (summarise) {
    const sentences = sentencesOf(text).slice(0, 3);
    return `${source} in short: ${sentences.map(sentence).join(' ')}`;
  }
  const relevant = isSpecific(question) ? relevantSentences(question, text) : [];
  if (relevant.length > 0) return `${source} says: ${relevant.map(sentence).join(' ')}`;
  const quoted = text.length > QUOTE_LIMIT ? `${text.slice(0, QUOTE_LIMIT)} …` : text;
  return `${source} says:\n${quoted}`;
}

/** "What does it say" asks for all of it; "when is the deadline in it" for a sentence. */
function isSpecific(question: string): boolean {
  return !/\b(read|open|show|cat|print|display|contents?|what(?:'s| is) in|says?|tell me what)\b/i.test(question);
}

function sentence(text: string): string {
  return /[.!?…:]$/.test(text.trim()) ? text.trim() : `${text.trim()}.`;
}

/** A page without its mark-up, and without what a tool says about the request before it. */
function plainText(whole: string): string {
  const head = /^URL: .*\n(?:[A-Z][\w ]*[:.].*\n|Only .*\n)*\n/.exec(whole)?.[0] ?? '';
  const title = /^Title: (.+)$/m.exec(head)?.[1];
  const text = (title === undefined ? '' : `${title}\n`) + whole.slice(head.length);
  if (!/<(?:html|body|head|p|div|h1|title)\b/i.test(text)) return text;
  return text
    .replace(/<(script|style|noscript)\b[\s\S]*?<\/\1>/gi, ' ')
    .replace(/<\/(?:p|div|h\d|li|title|tr)>|<br\s*\/?>/gi, '\n')
    .replace(/<[^>]+>/g, ' ')
    .replace(/&nbsp;/g, ' ')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&')
    .replace(/[ \t]+/g, ' ')
    .replace(/\s*\n\s*/g, '\n')
    .trim();
}
