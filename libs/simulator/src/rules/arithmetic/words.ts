import type { Token } from './tokens.js';

/** What people say for an operator. A phrase of several words is one entry; longer ones first. */
const OPERATORS: readonly [string, string][] = [
  ['to the power of', '^'],
  ['raised to the power of', '^'],
  ['raised to', '^'],
  ['multiplied by', '*'],
  ['divided by', '/'],
  ['geteilt durch', '/'],
  ['dividido por', '/'],
  ['dividido entre', '/'],
  ['divisé par', '/'],
  ['times', '*'],
  ['mal', '*'],
  ['por', '*'],
  ['fois', '*'],
  ['x', '*'],
  ['over', '/'],
  ['plus', '+'],
  ['más', '+'],
  ['minus', '-'],
  ['less', '-'],
  ['menos', '-'],
  ['moins', '-'],
  ['modulo', 'mod'],
  ['mod', 'mod'],
  ['hoch', '^'],
  ['+', '+'],
  ['-', '-'],
  ['*', '*'],
  ['/', '/'],
  ['^', '^'],
];
const PERCENT = ['%', 'percent', 'per cent', 'prozent', 'por ciento', 'pour cent'];

const SPLIT_OPERATORS = OPERATORS.map(([phrase, symbol]): [string[], string] => [phrase.split(' '), symbol]);
const SPLIT_PERCENT = PERCENT.map((phrase) => phrase.split(' '));

/** Where the phrase ends that stands at a position; undefined if it does not stand there. */
export function phraseAt(tokens: readonly Token[], position: number, phrase: readonly string[]): number | undefined {
  return phrase.every((word, index) => tokens[position + index]?.lower === word) ? position + phrase.length : undefined;
}

export function operatorAt(tokens: readonly Token[], position: number): { symbol: string; end: number } | undefined {
  if (isModulo(tokens, position)) return { symbol: 'mod', end: position + 1 };
  for (const [phrase, symbol] of SPLIT_OPERATORS) {
    const end = phraseAt(tokens, position, phrase);
    if (end !== undefined) return { symbol, end };
  }
  return undefined;
}

export function percentAt(tokens: readonly Token[], position: number): number | undefined {
  if (isModulo(tokens, position)) return undefined;
  for (const phrase of SPLIT_PERCENT) {
    const end = phraseAt(tokens, position, phrase);
    if (end !== undefined) return end;
  }
  return undefined;
}

/** `10 % 3` is a remainder; in `10% 3` and `10%3` nothing tells. */
function isModulo(tokens: readonly Token[], position: number): boolean {
  const [sign, next] = tokens.slice(position, position + 2);
  return (
    sign?.text === '%' && !sign.isGlued && next !== undefined && !next.isGlued && /number/.test(kindOrBracket(next))
  );
}

function kindOrBracket(token: Token): string {
  return token.text === '(' ? 'number' : token.kind;
}

const CURRENCIES: Readonly<Record<string, string>> = {
  $: '$',
  usd: '$',
  dollar: '$',
  dollars: '$',
  '€': '€',
  eur: '€',
  euro: '€',
  euros: '€',
  '£': '£',
  gbp: '£',
  chf: 'CHF',
  francs: 'CHF',
};

/** The currency that a token names; amounts of two currencies are never calculated with. */
export function currencyOf(token: Token | undefined): string | undefined {
  return token !== undefined && Object.hasOwn(CURRENCIES, token.lower) ? CURRENCIES[token.lower] : undefined;
}
