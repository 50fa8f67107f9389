import { LISTS, PERCENT_PHRASES, PHRASES } from './phrases.js';
import { readDigits, readWords, scaleOf, timesPowerOfTen } from './read-number.js';
import { FUNCTIONS, type Token } from './tokens.js';
import { unitAt } from './units.js';
import { currencyOf, operatorAt, percentAt } from './words.js';

/** A part of a text that was understood. */
export interface Parsed {
  text: string;
  /** The token behind it. */
  end: number;
  /** Needs brackets beside an operator. */
  isCompound: boolean;
  /** There is something to work out: a number alone is no expression. */
  hasWork: boolean;
  isPercent?: boolean;
  decimalComma?: boolean;
}

type Tokens = readonly Token[];

/** Brackets and signs are followed to this depth: a page of them is no arithmetic. */
const MAX_DEPTH = 40;
/** A phrase within a phrase counts as twenty: several patterns are tried for each, so that the work doubles with the depth. */
const PHRASE_DEPTH = 20;
const CONSTANTS: Readonly<Record<string, string>> = { pi: 'pi', π: 'pi', tau: 'tau' };
/** What mathematicians write ln, calculators call log. */
const CALLED: Readonly<Record<string, string>> = { ln: 'log' };

/** The longest expression that begins at a position. What stands beside it is the caller's to judge. */
export function parseExpression(tokens: Tokens, start: number, depth = 0): Parsed | undefined {
  const conversion = depth === 0 ? parseConversion(tokens, start) : undefined;
  if (conversion !== undefined) return conversion;
  const first = parseOperand(tokens, start, depth);
  if (first === undefined) return undefined;
  let parts: string[] = [];
  let last = first;
  let { end } = first;
  for (;;) {
    const operator = operatorAt(tokens, end) ?? impliedProduct(tokens, end);
    const right = operator === undefined ? undefined : parseOperand(tokens, operator.end, depth);
    if (operator === undefined || right === undefined) break;
    const bindsCloser = /[*/^]|mod/.test(operatorAt(tokens, right.end)?.symbol ?? '');
    if (right.isPercent === true && /[+-]/.test(operator.symbol) && !bindsCloser) {
      const whole = [...parts, parts.length === 0 ? inBrackets(last) : bracketed(last)].join(' ');
      const base = parts.length === 0 ? whole : `(${whole})`;
      last = work(`${base} * (1 ${operator.symbol} ${right.text} / 100)`, right.end);
      parts = [];
    } else {
      parts.push(bracketed(last), operator.symbol);
      last = right;
    }
    end = right.end;
  }
  if (parts.length === 0) return last;
  return work([...parts, bracketed(last)].join(' '), end);
}

function parseOperand(tokens: Tokens, start: number, depth: number): Parsed | undefined {
  if (depth > MAX_DEPTH) return undefined;
  let operand = parsePrimary(tokens, start, depth + 1);
  while (operand !== undefined) {
    const after = parsePostfix(tokens, operand, depth + 1);
    if (after === undefined) return operand;
    operand = after;
  }
  return undefined;
}

function parsePrimary(tokens: Tokens, start: number, depth: number): Parsed | undefined {
  const token = tokens[start];
  if (token === undefined) return undefined;
  const next = tokens[start + 1];
  if (currencyOf(token) !== undefined && next?.kind === 'number') return parseNumber(tokens, start + 1);
  if ((token.text === '-' && next?.isGlued === true) || /^(?:negative|minus)$/.test(token.lower)) {
    const operand = parseOperand(tokens, start + 1, depth);
    return operand?.isPercent === true || operand === undefined
      ? undefined
      : { ...operand, text: `-${inBrackets(operand)}`, isCompound: false };
  }
  if (token.text === '(') {
    const inner = parseExpression(tokens, start + 1, depth);
    if (inner === undefined || inner.isPercent === true || tokens[inner.end]?.text !== ')') return undefined;
    return { ...inner, text: `(${inner.text})`, end: inner.end + 1, isCompound: false };
  }
  if (token.text === '√') {
    const operand = parsePrimary(tokens, start + 1, depth);
    return operand === undefined ? undefined : call('sqrt', [operand], operand.end);
  }
  if (token.kind === 'number') return parseNumber(tokens, start);
  if (Object.hasOwn(CONSTANTS, token.lower)) {
    return { text: CONSTANTS[token.lower] ?? '', end: start + 1, isCompound: false, hasWork: false };
  }
  if (FUNCTIONS.has(token.lower) && next?.text === '(') return parseCall(tokens, start, depth);
  return parseNumberWords(tokens, start) ?? parseList(tokens, start, depth) ?? parsePhrase(tokens, start, depth);
}

function parseNumber(tokens: Tokens, start: number): Parsed | undefined {
  const read = readDigits(tokens[start]?.text ?? '');
  if (read === undefined) return undefined;
  let { digits } = read;
  let end = start + 1;
  for (;;) {
    const token = tokens[end];
    const power = token?.kind === 'word' ? scaleOf(token.text, token.isGlued) : undefined;
    if (power === undefined || /e/i.test(digits)) break;
    digits = timesPowerOfTen(digits, power);
    end += 1;
  }
  if (currencyOf(tokens[end]) !== undefined && tokens[end + 1]?.kind !== 'number') end += 1;
  return { text: digits, end, isCompound: false, hasWork: false, decimalComma: read.decimalComma };
}

/** Words of one number are a space or a hyphen apart. */
function parseNumberWords(tokens: Tokens, start: number): Parsed | undefined {
  const words: string[] = [];
  const ends: number[] = [];
  for (let position = start; words.length < 16; position += 1) {
    const isHyphen = tokens[position]?.text === '-' && tokens[position]?.isGlued && tokens[position + 1]?.isGlued;
    if (isHyphen === true && words.length > 0) position += 1;
    const token = tokens[position];
    if (token?.kind !== 'word') break;
    words.push(token.lower);
    ends.push(position + 1);
  }
  const read = readWords(words);
  if (read === undefined) return undefined;
  let end = ends[read.length - 1] ?? start + 1;
  if (currencyOf(tokens[end]) !== undefined) end += 1;
  return { text: String(read.value), end, isCompound: false, hasWork: false };
}

function parseCall(tokens: Tokens, start: number, depth: number): Parsed | undefined {
  const args: Parsed[] = [];
  let position = start + 2;
  for (;;) {
    const argument = parseExpression(tokens, position, depth);
    if (argument === undefined || argument.isPercent === true) return undefined;
    args.push(argument);
    position = argument.end + 1;
    const closing = tokens[argument.end]?.text;
    if (closing === ')') return call(tokens[start]?.lower ?? '', args, position);
    if (closing !== ',') return undefined;
  }
}

function parsePostfix(tokens: Tokens, operand: Parsed, depth: number): Parsed | undefined {
  if (operand.isPercent === true) return undefined;
  const token = tokens[operand.end];
  const end = operand.end + 1;
  if (/^(?:squared|²)$/.test(token?.lower ?? '')) return work(`${inBrackets(operand)} ^ 2`, end);
  if (/^(?:cubed|³)$/.test(token?.lower ?? '')) return work(`${inBrackets(operand)} ^ 3`, end);
  if (token?.lower === 'factorial' || (token?.text === '!' && token.isGlued)) return call('factorial', [operand], end);
  const percent = percentAt(tokens, operand.end);
  if (percent === undefined) return undefined;
  for (const [pattern, write] of PERCENT_PHRASES) {
    const found = matchPattern(tokens, percent, pattern, depth);
    if (found !== undefined) return work(write(inBrackets(operand), found.operands[0] ?? ''), found.end);
  }
  return { text: inBrackets(operand), end: percent, isCompound: false, hasWork: operand.hasWork, isPercent: true };
}

function parsePhrase(tokens: Tokens, start: number, depth: number): Parsed | undefined {
  if (tokens[start]?.kind !== 'word') return undefined;
  for (const [pattern, write] of PHRASES) {
    const found = matchPattern(tokens, start, pattern, depth);
    if (found === undefined) continue;
    const text = write(found.operands[0] ?? '', found.operands[1] ?? '');
    return { ...work(text, found.end), isCompound: !/^\w+\(.*\)$/.test(text) };
  }
  return undefined;
}

/** Amounts with commas or words between: at least two. */
function parseList(tokens: Tokens, start: number, depth: number): Parsed | undefined {
  for (const [pattern, wanted] of LISTS) {
    const lead = matchPattern(tokens, start, pattern, depth);
    if (lead === undefined) continue;
    const items: Parsed[] = [];
    let position = lead.end;
    for (;;) {
      const item = parseExpression(tokens, position, depth + PHRASE_DEPTH);
      if (item === undefined || item.isPercent === true) break;
      items.push(item);
      position = item.end;
      while (/^(?:,|and|to|plus)$/.test(tokens[position]?.lower ?? '')) position += 1;
      if (position === item.end) break;
    }
    // In "1,5 and 2" nothing tells whether the comma is within a number or between two.
    const commas = items.filter((item) => item.decimalComma === true).length;
    if (items.length < 2 || (commas > 0 && commas < items.length)) return undefined;
    const sum = items.map(bracketed).join(' + ');
    return work(wanted === 'sum' ? sum : `(${sum}) / ${items.length}`, items.at(-1)?.end ?? position);
  }
  return undefined;
}

/** "100 km in miles", "how many miles is 100 km". */
function parseConversion(tokens: Tokens, start: number): Parsed | undefined {
  const asked = tokens[start]?.lower === 'many' ? unitAt(tokens, start + 1) : undefined;
  let position = start;
  if (asked !== undefined) {
    position = asked.end;
    while (/^(?:is|are|in)$/.test(tokens[position]?.lower ?? '')) position += 1;
  }
  const amount = parsePrimary(tokens, position, 1);
  const from = amount === undefined ? undefined : unitAt(tokens, amount.end);
  if (amount === undefined || from === undefined) return undefined;
  const isLinked = /^(?:in|to|into|as|en)$/.test(tokens[from.end]?.lower ?? '');
  const to = asked ?? (isLinked ? unitAt(tokens, from.end + 1) : undefined);
  if (to?.group !== from.group) return undefined;
  return work(`${bracketed(amount)} ${from.name} to ${to.name}`, asked === undefined ? to.end : from.end);
}

/** Reads a pattern of `phrases.ts`: its operands in their order, ready to stand beside an operator. */
export function matchPattern(
  tokens: Tokens,
  start: number,
  pattern: string,
  depth = 0,
): { operands: string[]; end: number } | undefined {
  const operands: string[] = [];
  let position = start;
  const elements = pattern.split(' ');
  for (const [index, element] of elements.entries()) {
    const token = tokens[position];
    if (element.startsWith('#')) {
      const operand = parseOperand(tokens, position, depth + PHRASE_DEPTH);
      if (operand === undefined || (operand.isPercent === true) !== (element === '#%')) return undefined;
      operands.push(inBrackets(operand));
      position = operand.end;
      continue;
    }
    const isOptional = element.endsWith('?');
    const words = element.replace('?', '').split('|');
    const nextWords = elements[index + 1]?.split('|') ?? [];
    const fits =
      token?.kind === 'word' &&
      (words.includes(token.lower) || (element === '~?' && !nextWords.includes(token.lower) && isNoun(token)));
    if (fits) position += 1;
    else if (!isOptional) return undefined;
  }
  return { operands, end: position };
}

/** Any word may stand for what a percentage is called, but not one that means arithmetic. */
function isNoun(token: Token): boolean {
  return operatorAt([token], 0) === undefined && readWords([token.lower]) === undefined;
}

/** `2(3 + 4)`, `2pi`: only where nothing stands between. */
function impliedProduct(tokens: Tokens, end: number): { symbol: string; end: number } | undefined {
  const token = tokens[end];
  const begins =
    token?.text === '(' ||
    token?.text === '√' ||
    Object.hasOwn(CONSTANTS, token?.lower ?? '') ||
    FUNCTIONS.has(token?.lower ?? '');
  return token?.isGlued === true && begins ? { symbol: '*', end } : undefined;
}

function call(name: string, args: readonly Parsed[], end: number): Parsed {
  const inner = args.map(({ text }) => text.replace(/^\((.*)\)$/, (all, content: string) => unwrapped(all, content)));
  return { text: `${CALLED[name] ?? name}(${inner.join(', ')})`, end, isCompound: false, hasWork: true };
}

function unwrapped(all: string, content: string): string {
  return /[()]/.test(content) ? all : content;
}

function work(text: string, end: number): Parsed {
  return { text, end, isCompound: true, hasWork: true };
}

/** As one of several operands. A percentage by itself is a hundredth part. */
function bracketed(operand: Parsed): string {
  return operand.isPercent === true ? `(${operand.text} / 100)` : inBrackets(operand);
}

function inBrackets(operand: Parsed): string {
  return operand.isCompound ? `(${operand.text})` : operand.text;
}
