/** Finds arithmetic in prose and writes it as an expression. It is never worked out here: that is the calculator tool's part. */
export interface FoundExpression {
  expression: string;
  /** As the user said it, where that reads better than the expression. */
  label: string;
}

const N = String.raw`(-?\d+(?:\.\d+)?)`;
const FUNCTIONS = new Set([
  'sqrt',
  'cbrt',
  'abs',
  'sin',
  'cos',
  'tan',
  'log',
  'log10',
  'log2',
  'ln',
  'exp',
  'round',
  'floor',
  'ceil',
  'min',
  'max',
]);
const CONSTANTS = new Set(['pi', 'tau']);

const CUE =
  /\b(what(?:'s| is| are|s)?|how much|how many|calculat\w*|comput\w*|evaluat\w*|solve|work out|result|equals?|tell me|sum|math)\b|=/i;

const SMALL =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const TENS = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');
const NUMBER_WORD = [...SMALL, ...TENS, 'hundred', 'thousand', 'million'].join('|');

/** What a user may say, as what a calculator takes. Tried in order; operands are numbers by then. */
const PHRASES: readonly [RegExp, (groups: string[]) => string][] = [
  [new RegExp(`${N}\\s*(?:%|percent)\\s+off\\s+(?:of\\s+)?${N}`, 'gi'), ([a, b]) => `(${b} * (1 - ${a} / 100))`],
  [
    new RegExp(`${N}\\s*(?:%|percent|per cent)\\s+(?:\\w+\\s+)?(?:of|on)\\s+${N}`, 'gi'),
    ([a, b]) => `(${a} / 100 * ${b})`,
  ],
  [
    new RegExp(`(?:increase|raise)\\s+${N}\\s+by\\s+${N}\\s*(?:%|percent)`, 'gi'),
    ([a, b]) => `(${a} * (1 + ${b} / 100))`,
  ],
  [
    new RegExp(`(?:decrease|reduce|lower)\\s+${N}\\s+by\\s+${N}\\s*(?:%|percent)`, 'gi'),
    ([a, b]) => `(${a} * (1 - ${b} / 100))`,
  ],
  [new RegExp(`${N}\\s*([+-])\\s*${N}\\s*%`, 'g'), ([a, sign, b]) => `(${a} * (1 ${sign} ${b} / 100))`],
  [new RegExp(`subtract\\s+${N}\\s+from\\s+${N}`, 'gi'), ([a, b]) => `(${b} - ${a})`],
  [new RegExp(`take\\s+${N}\\s+(?:away\\s+)?from\\s+${N}`, 'gi'), ([a, b]) => `(${b} - ${a})`],
  [new RegExp(`(?:the\\s+)?difference\\s+(?:between|of)\\s+${N}\\s+and\\s+${N}`, 'gi'), ([a, b]) => `(${a} - ${b})`],
  [new RegExp(`multiply\\s+${N}\\s+(?:by|with|and|times)\\s+${N}`, 'gi'), ([a, b]) => `(${a} * ${b})`],
  [new RegExp(`(?:the\\s+)?product\\s+of\\s+${N}\\s+and\\s+${N}`, 'gi'), ([a, b]) => `(${a} * ${b})`],
  [new RegExp(`divide\\s+${N}\\s+by\\s+${N}`, 'gi'), ([a, b]) => `(${a} / ${b})`],
  [new RegExp(`(?:the\\s+)?(?:square\\s+root|sqrt)\\s+of\\s+${N}`, 'gi'), ([a]) => `sqrt(${a})`],
  [new RegExp(`${N}\\s*squared`, 'gi'), ([a]) => `(${a} ^ 2)`],
  [new RegExp(`${N}\\s*cubed`, 'gi'), ([a]) => `(${a} ^ 3)`],
  [new RegExp(`half\\s+(?:of\\s+)?${N}`, 'gi'), ([a]) => `(${a} / 2)`],
  [new RegExp(`(?:twice|double)\\s+${N}`, 'gi'), ([a]) => `(2 * ${a})`],
];

const LIST = new RegExp(
  `(add(?:\\s+up)?|(?:the\\s+)?sum\\s+of|(?:the\\s+)?total\\s+of|(?:the\\s+)?(?:average|mean)\\s+of)\\s+(${N}(?:\\s*(?:,\\s*and|,|and|to|plus)\\s*${N})+)`,
  'gi',
);

const OPERATORS: readonly [RegExp, string][] = [
  [/\bto the power of\b|\braised to\b|\*\*/gi, ' ^ '],
  [/\b(?:multiplied by|times)\b|[×·]/gi, ' * '],
  [/\bdivided by\b|÷/gi, ' / '],
  [/\bplus\b/gi, ' + '],
  [/\bminus\b|\bless\b(?=\s+\d)|−/gi, ' - '],
  [/\bmod(?:ulo)?\b/gi, ' mod '],
  [/(?<=[\d)])\s*x\s*(?=[\d(])/gi, ' * '],
  [new RegExp(`${N}\\s+over\\s+(?=\\d)`, 'gi'), '$1 / '],
];

/** "then multiply that by 3", "and add 5 to the result": goes on with what was found before. */
const IT = '(?:it|that|this|the\\s+(?:result|sum|answer|total|product))';
const CHAINS: readonly [RegExp, (operand: string) => string][] = [
  [new RegExp(`^\\W*(?:and\\s+)?(?:then\\s+)?(?:multiply|times)\\s+(?:${IT}\\s+)?by\\s+${N}`, 'i'), (n) => `* ${n}`],
  [new RegExp(`^\\W*(?:and\\s+)?(?:then\\s+)?divide\\s+(?:${IT}\\s+)?by\\s+${N}`, 'i'), (n) => `/ ${n}`],
  [
    new RegExp(`^\\W*(?:and\\s+)?(?:then\\s+)?add\\s+${N}(?!\\d|\\s*(?:and|,|to)\\s*-?\\d)(?:\\s+to\\s+${IT})?`, 'i'),
    (n) => `+ ${n}`,
  ],
  [
    new RegExp(`^\\W*(?:and\\s+)?(?:then\\s+)?subtract\\s+${N}(?!\\d|\\s*from\\s*-?\\d)(?:\\s+from\\s+${IT})?`, 'i'),
    (n) => `- ${n}`,
  ],
  [new RegExp(`^\\W*(?:and\\s+)?(?:then\\s+)?square\\s+${IT}()`, 'i'), () => '^ 2'],
  [new RegExp(`^\\W*(?:and\\s+)?(?:then\\s+)?double\\s+${IT}()`, 'i'), () => '* 2'],
  [new RegExp(`^\\W*(?:and\\s+)?(?:then\\s+)?halve\\s+${IT}()`, 'i'), () => '/ 2'],
];
const BARE = N.replace('(-?', '(?:-?');
/** Where such a continuation begins. No groups that capture: the text is split here. */
const CHAIN_START = new RegExp(
  `(?:[,;.?!]|\\bthen\\b|\\band\\b)\\s*(?:and\\s+)?(?:then\\s+)?(?=(?:multiply|divide)\\s+(?:${IT}\\s+)?by\\s+|(?:add|subtract)\\s+${BARE}(?!\\d|\\s*(?:and|,|to|from)\\s*-?\\d)|(?:square|double|halve)\\s+${IT})`,
  'gi',
);

/** The expressions in a text, in order. `before` is an expression that "it" may refer to. */
export function findExpressions(text: string, before?: string): FoundExpression[] {
  const plain = plainNumbers(text);
  const [head = '', ...links] = plain.split(CHAIN_START);
  const first = before === undefined ? undefined : chain(before, head);
  const found = first === undefined ? scan(head, text) : [first];
  for (const link of links) {
    const last = found.at(-1)?.expression ?? before;
    const chained = last === undefined ? undefined : chain(last, link);
    if (chained === undefined) found.push(...scan(link, text));
    else found.splice(-1, 1, chained);
  }
  return found;
}

function chain(before: string, link: string): FoundExpression | undefined {
  for (const [pattern, write] of CHAINS) {
    const match = pattern.exec(link);
    if (match === null) continue;
    const expression = `(${before}) ${write(match[1] ?? '')}`;
    return { expression, label: expression };
  }
  return undefined;
}

function scan(plain: string, original: string): FoundExpression[] {
  let text = plain.replace(LIST, (_all, verb: string, list: string) => listExpression(verb, list));
  for (const [pattern, write] of PHRASES) {
    text = text.replace(pattern, (...groups: string[]) => write(groups.slice(1)));
  }
  for (const [pattern, operator] of OPERATORS) text = text.replace(pattern, operator);
  const cued = CUE.test(original) || /^[\s\d+\-*/^().%=?]+$/.test(text) || text !== plain;
  const percent = /-?[\d.,]*\d\s*(?:%|percent)\s+(?:\w+\s+)?(?:of|on|off)\s+\$?[\d.,]*\d/i.exec(original)?.[0];
  const expressions = runs(text).filter((run) => cued || !/^\d+(?:\s?[-/]\s?\d+)+$/.test(run));
  return expressions.map((expression) => ({
    expression,
    label: percent !== undefined && expressions.length === 1 ? percent : expression,
  }));
}

function listExpression(verb: string, list: string): string {
  const numbers = list.match(/-?\d+(?:\.\d+)?/g) ?? [];
  const sum = numbers.join(' + ');
  return /average|mean/i.test(verb) ? `((${sum}) / ${numbers.length})` : `(${sum})`;
}

/** Digits without separators, signs of money or words: "twenty-five thousand" is 25000. */
function plainNumbers(text: string): string {
  return text
    .replace(/[$€£]\s?(?=\d)/g, '')
    .replace(/(\d),(?=\d{3}(?!\d))/g, '$1')
    .replace(/(?<![\d.+*/-])\d{4}-\d{2}-\d{2}(?![\d.+*/-])|\b\d{1,2}:\d{2}\b|\b\d+\.\d+\.\d+\b/g, ' , ')
    .replace(/\bhundred\s+and\s+/gi, 'hundred ')
    .replace(new RegExp(`\\b(?:${NUMBER_WORD})(?:[\\s-]+(?:${NUMBER_WORD}))*\\b`, 'gi'), (words) =>
      String(wordsToNumber(words)),
    );
}

function wordsToNumber(words: string): number {
  let total = 0;
  let current = 0;
  for (const word of words.toLowerCase().split(/[\s-]+/)) {
    const small = SMALL.indexOf(word);
    const ten = TENS.indexOf(word);
    if (small >= 0) current += small;
    else if (ten >= 0) current += (ten + 2) * 10;
    else if (word === 'hundred') current = (current || 1) * 100;
    else if (word === 'thousand' || word === 'million') {
      total += (current || 1) * (word === 'thousand' ? 1_000 : 1_000_000);
      current = 0;
    }
  }
  return total + current;
}

/** The longest stretches of a text that are expressions with something to work out. */
function runs(text: string): string[] {
  const tokens = text.match(/\d+(?:\.\d+)?%?|[A-Za-z]+\d*|[-+*/^(),]|\S/g) ?? [];
  const found: string[] = [];
  let run: string[] = [];
  const flush = (): void => {
    const expression = asExpression(run);
    if (expression !== undefined) found.push(expression);
    run = [];
  };
  tokens.forEach((token, index) => {
    const isFunction = FUNCTIONS.has(token.toLowerCase()) && tokens[index + 1] === '(';
    const known = isFunction || CONSTANTS.has(token.toLowerCase()) || token === 'mod';
    const isComma = token === ',' && run.some((each) => FUNCTIONS.has(each)) && depth(run) > 0;
    if (!known && !isComma && !/^(?:\d|[-+*/^()])/.test(token)) return flush();
    // Two operands side by side are two expressions.
    const last = run.at(-1);
    if (
      last !== undefined &&
      /^[\d)]/.test(last.at(-1) === '%' ? '0' : (last.at(-1) ?? '')) &&
      /^[\d(]/.test(token) &&
      !isFunction
    )
      flush();
    // What mathematicians write ln, calculators call log.
    run.push(known ? token.toLowerCase().replace(/^ln$/, 'log') : token);
  });
  flush();
  return found;
}

function depth(tokens: readonly string[]): number {
  return tokens.reduce((level, token) => level + (token === '(' ? 1 : token === ')' ? -1 : 0), 0);
}

function asExpression(run: readonly string[]): string | undefined {
  let tokens = [...run];
  while (tokens.length > 0 && /^[+*/^),]$|^mod$/.test(tokens[0] ?? '')) tokens = tokens.slice(1);
  while (tokens.length > 0 && /^[-+*/^(,]$|^mod$/.test(tokens.at(-1) ?? '')) tokens = tokens.slice(0, -1);
  while (depth(tokens) > 0 && tokens[0] === '(') tokens = tokens.slice(1);
  while (depth(tokens) < 0 && tokens.at(-1) === ')') tokens = tokens.slice(0, -1);
  if (depth(tokens) !== 0 || !tokens.some((token) => /^\d/.test(token) || CONSTANTS.has(token))) return undefined;
  const operators = tokens.filter(
    (token, index) => /^[-+*/^]$|^mod$/.test(token) && index > 0 && tokens[index - 1] !== '(',
  );
  const functions = tokens.filter((token) => FUNCTIONS.has(token));
  if (operators.length + functions.length === 0) return undefined;
  return withoutOuterParentheses(spaced(tokens));
}

function spaced(tokens: readonly string[]): string {
  return tokens
    .map((token, index) => {
      const before = tokens[index - 1];
      const unary = token === '-' && (before === undefined || /^[-+*/^(,]$/.test(before));
      if (unary || !/^[-+*/^]$|^mod$/.test(token)) return token === ',' ? ', ' : token;
      return ` ${token} `;
    })
    .join('')
    .replace(/ {2,}/g, ' ')
    .trim();
}

function withoutOuterParentheses(expression: string): string {
  if (!expression.startsWith('(') || !expression.endsWith(')')) return expression;
  const inner = expression.slice(1, -1);
  let level = 0;
  for (const character of inner) {
    level += character === '(' ? 1 : character === ')' ? -1 : 0;
    if (level < 0) return expression;
  }
  return withoutOuterParentheses(inner);
}
