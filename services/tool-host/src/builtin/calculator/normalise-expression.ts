/**
 * What people and models write, as mathjs reads it: `15% of 80`, `1,250 × 3`, `2 ** 8`, `√2`. Only what has one
 * meaning is rewritten; the rest is left for the parser to judge.
 */
export function normaliseExpression(expression: string): string {
  const plain = expression
    .normalize('NFKC')
    .replaceAll('**', '^')
    .replace(/[×✕·]/g, '*')
    .replace(/[÷∕]/g, '/')
    .replace(/[−–—]/g, '-')
    .replace(/√\s*(\d+(?:\.\d+)?|(?=\())/g, (_, digits: string) => (digits ? `sqrt(${digits})` : 'sqrt'))
    .replace(/=\s*\??\s*$/, '')
    .replace(/(\d|\))\s*%\s*of\b/gi, '$1 / 100 *')
    .trim();
  return withoutThousands(plain);
}

/** `1,250.5` → `1250.5`, but not inside brackets, where a comma separates arguments. */
function withoutThousands(expression: string): string {
  let depth = 0;
  return expression.replace(/[([{]|[)\]}]|\b\d{1,3}(?:,\d{3})+\b/g, (token) => {
    if ('([{'.includes(token)) depth += 1;
    else if (')]}'.includes(token)) depth -= 1;
    else if (depth <= 0) return token.replaceAll(',', '');
    return token;
  });
}
