import type { ChatTemplate } from '../../profile/profile.js';

/** Special tokens by their shape: tokenizers take them wherever they stand, also where the template does not name them. */
const SHAPES = String.raw`<\|[^<>|\s]{1,64}\|>|<｜[^<>｜\s]{1,64}｜>`;
/** What templates write that has a meaning by itself: `[INST]`, `<start_of_turn>`, `<s>`, `[gMASK]`, `<|turn>`, `]~b]`. */
const WRITTEN =
  /\[\/?[A-Z][A-Z_]{2,}\]|\[gMASK\]|<\/?(?:s|sop|eop|unk|(?:start|end)_of_[a-z_]+)>|<\|[a-z_]+>|<[a-z_]+\|>|\]~!?[a-z][[\]]|\[e~\[/gu;
/** Tags around calls, results and reasoning. */
const TAGS = /<\/?[a-z][\w:-]{1,40}>/gu;
/** Templates name at most some dozens; a regular expression of thousands would only be an attack. */
const MAX_TOKENS = 500;

/** Takes the meaning from a template's own marks where they stand in what somebody wrote. */
export interface ControlTokens {
  /** Marks that begin and end turns: for all content. */
  neutralise(text: string): string;
  /** These, and tags around calls, results and reasoning: for what users, models and tools said. */
  neutraliseTags(text: string): string;
  /** The marks of turns that stand in a text, in order. */
  marks(text: string): string[];
}

/**
 * The marks of a template. One that stands in content gets a space behind its first character, `< |im_end|>`: a model still
 * reads what is meant, and no tokenizer makes a token of it. Templates that part turns by words alone (`USER:`) have no marks
 * that could be told from content.
 */
export function controlTokensOf({ source, bosToken, eosToken }: ChatTemplate): ControlTokens {
  const literals = [...matches(source, WRITTEN), bosToken, eosToken].filter((token) => token.length > 1);
  const marks = pattern(literals);
  const marksAndTags = pattern([...literals, ...matches(source, TAGS), '<tool_response>', '</tool_response>']);
  const broken = (token: string): string => {
    const [head = ''] = token;
    return `${head} ${token.slice(head.length)}`;
  };
  return {
    neutralise: (text) => text.replace(marks, broken),
    neutraliseTags: (text) => text.replace(marksAndTags, broken),
    marks: (text) => [...(text.match(marks) ?? [])],
  };
}

function matches(source: string, shape: RegExp): string[] {
  return [...new Set(source.match(shape) ?? [])].slice(0, MAX_TOKENS);
}

/** The longest first, so that none hides another. */
function pattern(literals: readonly string[]): RegExp {
  const escaped = [...new Set(literals)]
    .toSorted((a, b) => b.length - a.length)
    .map((literal) => literal.replace(/[\\^$.*+?()[\]{}|/]/gu, String.raw`\$&`));
  return new RegExp([SHAPES, ...escaped].join('|'), 'gu');
}
