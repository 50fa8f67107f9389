import type { OverflowLimits } from '../model-error.js';

const N = '([\\d,]+)';
const pattern = (text: string): RegExp => new RegExp(text.replaceAll('#', N), 'i');

/** "A + B > C" and its like: input, output, window, in this order. */
const SUMS: readonly RegExp[] = [
  pattern('exceed context limit: # \\+ # > #'), // Anthropic
];

/** The window, or the longest prompt. */
const WINDOWS: readonly RegExp[] = [
  pattern('maximum context length(?: of the model)?(?: is| of|:)? ?\\(?#'), // OpenAI, vLLM, OpenRouter, LiteLLM, DeepSeek
  pattern('tokens > # maximum'), // Anthropic
  pattern('exceeds the maximum number of tokens allowed \\(#\\)'), // Gemini
  pattern('only supports up to #'), // Vertex
  pattern('maximum prompt length is #'), // xAI
  pattern('maximum allowed input length of #'), // OpenRouter, Poolside
  pattern('exceeds the limit of #'), // GitHub Copilot
  pattern('available context size \\(# tokens\\)'), // llama.cpp
  pattern('exceeded model token limit: #'), // Moonshot
  pattern('model with # maximum context length'), // Mistral
  pattern("model'?s context length \\(# tokens\\)"), // SGLang, Together
  pattern('must be <= ?#'), // Together, TGI
  pattern('tokens in the prompt cannot exceed #'), // Cohere
];

/** What the input came to. */
const INPUTS: readonly RegExp[] = [
  pattern('\\(# (?:tokens )?(?:in|of) (?:the |your )?(?:messages|text input|prompt|input)'), // OpenAI, vLLM, OpenRouter
  pattern('messages resulted in # tokens'), // OpenAI
  pattern('prompt contains (?:at least )?# (?:input )?tokens'), // vLLM, Mistral
  pattern('prompt is too long: # tokens'), // Anthropic
  pattern('input token count \\(#\\)'), // Gemini
  pattern('input token count is #'), // Vertex
  pattern('request contains # tokens'), // xAI
  pattern('input length \\(?#'), // LiteLLM, Poolside
  pattern('token count of #'), // GitHub Copilot
  pattern('request \\(# tokens\\)'), // llama.cpp
  pattern('\\(requested: #\\)'), // Moonshot
  pattern('input \\(# tokens\\)'), // SGLang, Together
  pattern('given: # `?inputs`? tokens'), // Together, TGI
  pattern('received #'), // Cohere
];

/** What the answer was to have. */
const OUTPUTS: readonly RegExp[] = [
  pattern('# (?:tokens )?in the (?:completion|output)'), // OpenAI, OpenRouter
  pattern('requested # output tokens'), // vLLM
  pattern('and # `?max_new_tokens'), // Together, TGI
];

/** The numbers in an error text that says overflow; undefined where there are none. */
export function overflowLimits(text: string): OverflowLimits | undefined {
  const sum = firstMatch(SUMS, text);
  const limits =
    sum === undefined
      ? stated({
          window: firstMatch(WINDOWS, text)?.[0],
          input: firstMatch(INPUTS, text)?.[0],
          output: firstMatch(OUTPUTS, text)?.[0],
        })
      : stated({ input: sum[0], output: sum[1], window: sum[2] });
  return Object.keys(limits).length === 0 ? undefined : limits;
}

/** Without what is no number of tokens. */
function stated(found: Record<keyof OverflowLimits, number | undefined>): OverflowLimits {
  return Object.fromEntries(
    Object.entries(found).filter(([, value]) => value !== undefined && Number.isSafeInteger(value) && value > 0),
  );
}

function firstMatch(patterns: readonly RegExp[], text: string): number[] | undefined {
  for (const each of patterns) {
    const match = each.exec(text);
    if (match !== null) return match.slice(1).map((digits) => Number(digits.replaceAll(',', '')));
  }
  return undefined;
}
