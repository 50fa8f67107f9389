import { isScalar, Lexer, Parser, visit, type Document, type Scalar } from 'yaml';

/** Levels that a body may have. Nobody's task has more, and readers that recurse run out of stack on them. */
export const MAX_NESTING = 100;

/** Whether JSON text, or what claims to be JSON, has more levels than that. Brackets in strings do not count. */
export function isTooDeep(text: string): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (inString) {
      if (character === '\\') at++;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '[' || character === '{') depth++;
    else if (character === ']' || character === '}') depth--;
    if (depth > MAX_NESTING) return true;
  }
  return false;
}

/**
 * What would make YAML too costly to read, found out before: the parser of tokens keeps a stack of its own, while what
 * makes a document of them recurses, and runs V8 out of memory for good on some thousand levels. Each alias is looked for
 * in the whole document.
 */
export function yamlCost(text: string, maxAliases: number): string | undefined {
  const parser = new Parser();
  let aliases = 0;
  for (const lexeme of new Lexer().lex(text)) {
    if (lexeme.startsWith('*') && ++aliases > maxAliases) return `more than ${maxAliases} aliases`;
    for (const token of parser.next(lexeme)) void token;
    // One more for the document itself.
    if (parser.stack.length > MAX_NESTING + 1) return `more than ${MAX_NESTING} levels`;
  }
  return undefined;
}

/** The second of two equal keys of one mapping. The library looks for them too, in quadratic time. */
export function repeatedKey(document: Document.Parsed): Scalar.Parsed | undefined {
  let found: Scalar.Parsed | undefined;
  visit(document, {
    Map: (_, { items }) => {
      const seen = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        if (seen.has(key.value)) {
          found = key as Scalar.Parsed;
          return visit.BREAK;
        }
        seen.add(key.value);
      }
      return undefined;
    },
  });
  return found;
}
