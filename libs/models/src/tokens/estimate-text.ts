/**
 * Tokens of a text whose tokenizer cannot be had, in one pass, on the safe side: most tokenizers of 2024 to 2026 make
 * fewer. What decides is the script, not the length: English has four characters a token, digits are single in Qwen, GLM,
 * Gemma and Mistral, Chinese, Japanese and Korean have about one token a character, an emoji has up to three.
 */
export function estimateText(text: string): number {
  let tokens = 0;
  let word = 0;
  let previous: Kind = Kind.other;
  // Since the last character that cannot stand in base64: where it began, what it counted, which kinds it has.
  let run = { start: 0, tokens: 0, kinds: 0 };
  for (let index = 0; index <= text.length; index += 1) {
    const code = index < text.length ? text.charCodeAt(index) : 0x20;
    const kind = kindOf(code);
    // A word goes on in its own case; `camelCase` and `Word` begin anew and go on.
    const isLetter = kind === Kind.lower || kind === Kind.upper;
    const goesOn = isLetter && word > 0 && !(kind === Kind.upper && previous === Kind.lower);
    if (!goesOn && word > 0) {
      tokens += Math.max(1, word / LETTERS);
      word = 0;
    }
    if (isLetter || kind === Kind.digit) {
      run.kinds |= 1 << kind;
    } else if (!isBase64Mark(code)) {
      if (index - run.start >= BLOB_FROM && run.kinds === BLOB_KINDS)
        tokens = Math.max(tokens, run.tokens + (index - run.start) / BLOB_CHARACTERS);
      run = { start: index + 1, tokens: -1, kinds: 0 };
    }
    // Capitals in a row are rarely one token of a vocabulary, nor is what has diacritics: they count double.
    if (isLetter) word += (kind === Kind.upper && previous === Kind.upper) || code >= 0x80 ? 2 : 1;
    else if (kind === Kind.space) tokens += previous === Kind.space ? 0.1 : 0;
    else tokens += WEIGHTS[kind] ?? 1;
    if (run.tokens < 0) run.tokens = tokens;
    previous = kind;
  }
  return tokens;
}

/** Letters of a long word's tokens; German and older vocabularies have the shortest. */
const LETTERS = 3.3;
/** A run of letters of both cases and digits that is at least this long is base64 or a key: 1.4 characters a token. */
const BLOB_FROM = 32;
const BLOB_CHARACTERS = 1.35;

function kindOf(code: number): Kind {
  if (code < 0x80) {
    if (code >= 0x61 && code <= 0x7a) return Kind.lower;
    if (code >= 0x41 && code <= 0x5a) return Kind.upper;
    if (code === 0x20 || code === 0x09) return Kind.space;
    if (code === 0x0a || code === 0x0d) return Kind.newline;
    return code >= 0x30 && code <= 0x39 ? Kind.digit : Kind.mark;
  }
  if (code >= 0xc0 && code < 0x250) return Kind.lower; // Latin with diacritics
  if (code >= 0x370 && code < 0x700) return Kind.alphabet; // Greek, Cyrillic, Armenian, Hebrew, Arabic
  if (code >= 0xd800 && code < 0xe000) return Kind.surrogate;
  if (code >= 0x2e80 || (code >= 0x1100 && code < 0x1200)) return Kind.cjk;
  return Kind.other;
}

/** In the order of `WEIGHTS`. */
const Kind = {
  lower: 0,
  upper: 1,
  space: 2,
  newline: 3,
  digit: 4,
  mark: 5,
  cjk: 6,
  alphabet: 7,
  surrogate: 8,
  other: 9,
} as const;

type Kind = (typeof Kind)[keyof typeof Kind];

/** Tokens of one character. An emoji is two surrogates. */
const WEIGHTS: readonly number[] = [0, 0, 0, 0.7, 1, 0.85, 1.1, 0.6, 1.5, 1];
const BLOB_KINDS = (1 << Kind.lower) | (1 << Kind.upper) | (1 << Kind.digit);

function isBase64Mark(code: number): boolean {
  return code === 0x2b || code === 0x2f || code === 0x3d || code === 0x2d || code === 0x5f; // + / = - _
}
