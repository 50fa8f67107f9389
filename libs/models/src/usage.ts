/**
 * Tokens in one form for every provider. The identities always hold:
 * `inputTokens = uncachedInputTokens + cacheReadTokens + cacheWriteTokens`, and
 * `reasoningTokens <= outputTokens` (output includes reasoning).
 */
export interface Usage {
  inputTokens: number;
  uncachedInputTokens: number;
  cacheReadTokens: number;
  cacheWriteTokens: number;
  outputTokens: number;
  reasoningTokens: number;
  /** `estimated` when the provider reported none: characters divided by four. */
  source: 'reported' | 'estimated';
}

/** What a provider's fields say, before its rule is applied. */
export interface ReportedUsage {
  input: number;
  cacheRead: number;
  cacheWrite: number;
  output: number;
  reasoning: number;
}

/** How a provider counts: whether its totals already contain their details. */
export interface UsageRule {
  /** OpenAI, Gemini, DeepSeek: yes. Anthropic, Bedrock: no. */
  inputIncludesCached: boolean;
  /** OpenAI: yes. xAI, Gemini: no. */
  outputIncludesReasoning: boolean;
}

/** US dollars per million tokens. */
export interface Prices {
  input: number;
  output: number;
  /** Default: the input price. */
  cacheRead?: number;
  /** Default: the input price. */
  cacheWrite?: number;
}

export const NO_USAGE: Usage = Object.freeze({
  inputTokens: 0,
  uncachedInputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
  source: 'reported',
});

/** Brings what a provider reported into the one form, whatever it reported. */
export function normaliseUsage(reported: ReportedUsage, rule: UsageRule): Usage {
  const { input, cacheRead, cacheWrite, output, reasoning } = reported;
  // A cached count above the total proves that the total leaves it out, whatever the rule says (seen at xAI).
  const includesCached = rule.inputIncludesCached && cacheRead + cacheWrite <= input;
  const inputTokens = includesCached ? input : input + cacheRead + cacheWrite;
  const includesReasoning = rule.outputIncludesReasoning && reasoning <= output;
  return {
    inputTokens,
    uncachedInputTokens: inputTokens - cacheRead - cacheWrite,
    cacheReadTokens: cacheRead,
    cacheWriteTokens: cacheWrite,
    outputTokens: includesReasoning ? output : output + reasoning,
    reasoningTokens: reasoning,
    source: 'reported',
  };
}

/** Adds usages, e.g. the turns of a run. Estimated as soon as one part is. */
export function addUsage(a: Usage, b: Usage): Usage {
  return {
    inputTokens: a.inputTokens + b.inputTokens,
    uncachedInputTokens: a.uncachedInputTokens + b.uncachedInputTokens,
    cacheReadTokens: a.cacheReadTokens + b.cacheReadTokens,
    cacheWriteTokens: a.cacheWriteTokens + b.cacheWriteTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    reasoningTokens: a.reasoningTokens + b.reasoningTokens,
    source: a.source === 'estimated' || b.source === 'estimated' ? 'estimated' : 'reported',
  };
}

/** What the usage costs in US dollars; 0 where the profile knows no prices (its own hardware, a simulator). */
export function priceOf(usage: Usage, profile: { prices: Prices | null }): number {
  const prices = profile.prices;
  if (prices === null) return 0;
  const microDollars =
    usage.uncachedInputTokens * prices.input +
    usage.cacheReadTokens * (prices.cacheRead ?? prices.input) +
    usage.cacheWriteTokens * (prices.cacheWrite ?? prices.input) +
    usage.outputTokens * prices.output;
  return microDollars / 1_000_000;
}

/** A rough count for text that nobody counted: four characters a token, English prose's average. */
export function estimateTokens(text: string): number {
  return Math.ceil(text.length / 4);
}
