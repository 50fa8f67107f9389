import type { Profile } from '../profile/profile.js';
import { estimateText } from './estimate-text.js';
import type { CountText } from './exact-text.js';
import { loadTokenizer } from './exact-text.js';
import type { TokenizerName } from './tokenizer-names.js';
import { tokenizerNamed } from './tokenizer-names.js';

/** Counts for one endpoint. Immutable: what is learnt of an endpoint makes another one. */
export interface TokenCounter {
  readonly tokenizer: TokenizerName;
  /** Tokens of a text, before the factor. */
  readonly text: CountText;
  /** What one counted token is in the endpoint's own. */
  readonly factor: number;
  /** Between what the factor stays, however odd a report is. */
  readonly bounds: readonly [least: number, most: number];
}

/** What an endpoint reported of a request that was counted before it was sent. */
export interface CountedUsage {
  /** By the counter that is calibrated, its factor included. */
  countedTokens: number;
  reportedInputTokens: number;
}

/** Below this, what a template adds outweighs the text. */
const MIN_TOKENS = 500;
/** A lower share means that a part of the prompt was dropped or left out of the report, and says nothing about the text. */
const MIN_SHARE = 0.4;
/** How far a report below the count is followed. One above it is followed at once: that is the unsafe side. */
const DOWNWARD = 0.2;

/** The counter that a profile asks for, with its tokenizer loaded. */
export async function tokenCounter(profile: Pick<Profile, 'tokens'>): Promise<TokenCounter> {
  const tokenizer = tokenizerNamed(profile.tokens.tokenizer);
  if (tokenizer === 'estimate') return estimatingCounter(profile);
  return { tokenizer, text: await loadTokenizer(tokenizer), factor: 1, bounds: [0.9, 2] };
}

/** The counter that needs nothing loaded. `charactersPerToken` is English prose's; 4 is the measure of `estimateText`. */
export function estimatingCounter(profile: Pick<Profile, 'tokens'>): TokenCounter {
  const factor = 4 / profile.tokens.charactersPerToken;
  return { tokenizer: 'estimate', text: estimateText, factor, bounds: [factor * 0.5, factor * 4] };
}

/** Corrects a counter by what the endpoint counted itself. Bounded; the same counter where the report teaches nothing. */
export function calibrate(counter: TokenCounter, { countedTokens, reportedInputTokens }: CountedUsage): TokenCounter {
  const share = reportedInputTokens / countedTokens;
  if (!(countedTokens >= MIN_TOKENS) || !(share >= MIN_SHARE)) return counter;
  const target = counter.factor * (share > 1 ? share : 1 + (share - 1) * DOWNWARD);
  const [least, most] = counter.bounds;
  return { ...counter, factor: Math.min(Math.max(target, least), most) };
}
