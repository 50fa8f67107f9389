/**
 * What a user may say, as what a calculator takes. `#` is an amount, `#%` a percentage, `|` is between words of which one
 * is said, `?` behind what may be left out, `~` any one word ("8% tax"). Tried in order.
 */
export const PHRASES: readonly [string, (a: string, b: string) => string][] = [
  ['increase|raise # by #%', (a, b) => `${a} * (1 + ${b} / 100)`],
  ['decrease|reduce|lower # by #%', (a, b) => `${a} * (1 - ${b} / 100)`],
  ['increase|raise # by #', (a, b) => `${a} + ${b}`],
  ['decrease|reduce|lower # by #', (a, b) => `${a} - ${b}`],
  ['add #% ~? to #', (a, b) => `${b} * (1 + ${a} / 100)`],
  ['subtract|deduct|take #% ~? from|off #', (a, b) => `${b} * (1 - ${a} / 100)`],
  ['subtract|deduct|take # away? from #', (a, b) => `${b} - ${a}`],
  ['difference between|of # and #', (a, b) => `${a} - ${b}`],
  ['multiply # by|with|and|times #', (a, b) => `${a} * ${b}`],
  ['product of # and #', (a, b) => `${a} * ${b}`],
  ['divide # by #', (a, b) => `${a} / ${b}`],
  ['square root of #', (a) => `sqrt(${a})`],
  ['cube root of #', (a) => `cbrt(${a})`],
  ['sqrt of #', (a) => `sqrt(${a})`],
  ['factorial of #', (a) => `factorial(${a})`],
  ['half of? #', (a) => `${a} / 2`],
  ['twice|double #', (a) => `2 * ${a}`],
];

/** What follows a percentage that is of something. */
export const PERCENT_PHRASES: readonly [string, (percent: string, whole: string) => string][] = [
  ['off of? the|a|an|my? #', (a, b) => `${b} * (1 - ${a} / 100)`],
  ['~? of|on|von|de the|a|an|my? #', (a, b) => `${a} / 100 * ${b}`],
  ['more than #', (a, b) => `${b} * (1 + ${a} / 100)`],
  ['less than #', (a, b) => `${b} * (1 - ${a} / 100)`],
];

const IT = 'it|that|this|result|sum|answer|total|product';

/** Goes on with what was found before: "then multiply that by 3", "and add 5 to the result". */
export const CHAINS: readonly [string, (a: string) => string][] = [
  [`multiply|times the? ${IT}? by #`, (a) => `* ${a}`],
  [`divide the? ${IT}? by #`, (a) => `/ ${a}`],
  [`add # to the? ${IT}`, (a) => `+ ${a}`],
  [`subtract # from the? ${IT}`, (a) => `- ${a}`],
  ['add #', (a) => `+ ${a}`],
  ['subtract #', (a) => `- ${a}`],
  [`square the? ${IT}`, () => '^ 2'],
  [`double the? ${IT}`, () => '* 2'],
  [`halve the? ${IT}`, () => '/ 2'],
];

/** Amounts in a row: what they are led by, and whether their mean is wanted. */
export const LISTS: readonly [string, 'sum' | 'mean'][] = [
  ['add up?', 'sum'],
  ['sum|total of', 'sum'],
  ['average|mean of', 'mean'],
];
