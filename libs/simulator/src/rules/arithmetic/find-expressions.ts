import { matchPattern, parseExpression, type Parsed } from './parse-expression.js';
import { CHAINS } from './phrases.js';
import { tokenise, type Token } from './tokens.js';
import { currencyOf, operatorAt, percentAt } from './words.js';

/** Arithmetic in prose, as an expression. It is never worked out here: that is the calculator tool's part. */
export interface FoundExpression {
  expression: string;
  /** As the user said it, where that reads better than the expression. */
  label: string;
}

/** Words behind an expression that take nothing from its meaning; "5 + 3 zillion" is not 5 + 3. */
const MAY_FOLLOW = new Set(
  (
    'is are and or then please what how who when where which tell give show also but now if so because again exactly ' +
    'thanks thank equal equals make makes come comes read list fetch remember i you the ist und bitte ergibt es y est et'
  ).split(' '),
);
/** Words before an expression that change its meaning where they were not understood as a part of it. */
const MAY_NOT_PRECEDE = new Set(
  (
    'by from off on over root log ln sin cos tan sqrt cbrt abs exp factorial half third quarter double twice triple dozen ' +
    'hundred thousand million billion percent cent modulo mod times plus minus divided multiplied negative power point squared cubed'
  ).split(' '),
);
const WHOLE_OF = /^(?:result|value|answer|sum|total|outcome)$/;
const HARMLESS = /^[.,;:?!"'`)\]}…—“”’‘»«=&\p{So}]$/u;
const OPENS = /^["'“‘`«[:;,=(¿¡]$/;
const ASKS =
  /(?:\bwhat(?:'s|’s| is|s)?|\bhow much is|\bcalculat\w*|\bcomput\w*|\bevaluat\w*|\bsolve|\bwork out|\b(?:result|value) of|\btell me|\bequals?|\bsum|\bwas ist|\bwie viel ist|\bcuánto es|\bcombien font|=)[:\s(]*$/iu;
/** 24/7, 9/11, 2020-2021, 555-1234: names, dates and telephone numbers, unless their result is asked for. */
const MAY_BE_A_NAME = /^\d+(?:\s?[-–/]\s?\d+)+$/;
const MAY_BE_A_DAY = /^(?:[12]?\d|3[01])\/(?:[12]?\d|3[01])$/;

/** The expressions in a text, in order. `before` is an expression that "it" may refer to. */
export function findExpressions(text: string, before?: string): FoundExpression[] {
  const tokens = tokenise(text);
  const found: FoundExpression[] = [];
  let last = before;
  let position = 0;
  while (position < tokens.length) {
    const parsed = parseExpression(tokens, position);
    const link = parsed?.hasWork === true || last === undefined ? undefined : parseLink(tokens, position, last);
    const candidate = parsed?.hasWork === true ? parsed : link;
    if (candidate === undefined) {
      // What was not understood beside an operator is nothing that "it" could refer to.
      if (operatorAt(tokens, position) !== undefined) last = undefined;
      position = Math.max(position + 1, parsed?.end ?? 0);
      continue;
    }
    const source = text.slice(tokens[position]?.start, tokens[candidate.end - 1]?.end);
    if (isUnderstood(tokens, position, candidate, text, found.length > 0)) {
      const expression = withoutOuterBrackets(candidate.text);
      const inside = tokens.slice(position, candidate.end);
      const isSpoken =
        inside.some((_, index) => percentAt(inside, index) !== undefined) || isConversion(candidate, source);
      if (candidate === link && found.length > 0) found.pop();
      found.push({ expression, label: isSpoken ? source.replace(/\s+/g, ' ') : expression });
      last = expression;
    } else {
      last = undefined;
    }
    position = candidate.end;
  }
  return found;
}

function isConversion(parsed: Parsed, source: string): boolean {
  return / to /.test(parsed.text) && !source.startsWith('many');
}

function withoutOuterBrackets(expression: string): string {
  if (!expression.startsWith('(') || !expression.endsWith(')')) return expression;
  const inner = expression.slice(1, -1);
  let level = 0;
  for (const character of inner) {
    level += character === '(' ? 1 : character === ')' ? -1 : 0;
    if (level < 0) return expression;
  }
  return withoutOuterBrackets(inner);
}

function parseLink(tokens: readonly Token[], start: number, last: string): Parsed | undefined {
  for (const [pattern, write] of CHAINS) {
    const match = matchPattern(tokens, start, pattern);
    if (match === undefined) continue;
    const text = `(${last}) ${write(match.operands[0] ?? '')}`;
    return { text, end: match.end, isCompound: true, hasWork: true };
  }
  return undefined;
}

function isUnderstood(
  tokens: readonly Token[],
  start: number,
  parsed: Parsed,
  text: string,
  isFurther: boolean,
): boolean {
  const inside = tokens.slice(start, parsed.end);
  if (new Set(inside.map(currencyOf).filter((currency) => currency !== undefined)).size > 1) return false;
  if (!mayPrecede(tokens, start) || !mayFollow(tokens, parsed.end)) return false;
  const from = inside[0]?.start ?? 0;
  const source = text.slice(from, inside.at(-1)?.end);
  const isAsked = isFurther || ASKS.test(text.slice(0, from)) || /^(?:is|=)$/.test(tokens[parsed.end]?.lower ?? '');
  const isAll = text.trim().replace(/[?=.\s]+$/, '') === source;
  if (source.endsWith('!')) return isLoudOrFactorial(source, tokens, parsed.end, isAsked || isAll);
  if (!MAY_BE_A_NAME.test(source)) return true;
  return isAsked || (isAll && !/[-–]/.test(source) && !MAY_BE_A_DAY.test(source));
}

/** "What is 7!" asks for a factorial; whether "What is 2 + 2!" does, nothing tells. */
function isLoudOrFactorial(source: string, tokens: readonly Token[], end: number, isAsked: boolean): boolean {
  const isOnly = /^[\d.,]+!$/.test(source);
  if (isOnly) return isAsked;
  return end < tokens.length || /!.*!$/.test(source);
}

function mayPrecede(tokens: readonly Token[], start: number): boolean {
  const first = tokens[start];
  const before = tokens[start - 1];
  if (first === undefined || before === undefined) return true;
  const isTight = first.isGlued && before.isGlued;
  if (before.kind === 'number' || before.kind === 'opaque') return false;
  if (before.kind === 'word') {
    if (first.isGlued || MAY_NOT_PRECEDE.has(before.lower)) return false;
    return before.lower !== 'of' || WHOLE_OF.test(tokens[start - 2]?.lower ?? '');
  }
  if (before.text === ',' && isTight) return false;
  if (before.text === '(') {
    const outside = tokens[start - 2];
    return (outside === undefined || outside.kind === 'word') && tokens.slice(start).some(({ text }) => text === ')');
  }
  return first.isGlued ? OPENS.test(before.text) : OPENS.test(before.text) || HARMLESS.test(before.text);
}

function mayFollow(tokens: readonly Token[], end: number): boolean {
  let position = end;
  while (tokens[position]?.text === ')') position += 1;
  const after = tokens[position];
  if (after === undefined) return true;
  if (operatorAt(tokens, position) !== undefined || percentAt(tokens, position) !== undefined) return false;
  if (after.kind === 'word') {
    const isInAll = after.lower === 'in' && /^(?:total|all)$/.test(tokens[position + 1]?.lower ?? '');
    return !after.isGlued && (MAY_FOLLOW.has(after.lower) || isInAll);
  }
  return HARMLESS.test(after.text) && !(after.text === ',' && tokens[position + 1]?.isGlued === true);
}
