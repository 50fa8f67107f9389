/** Limits that an error text states, in tokens. */
export interface StatedLimits {
  contextWindow?: number;
  maxOutputTokens?: number;
}

/** A number as it stands in a sentence: `32768`, `32,768`, `` `32768` ``. */
const NUMBER = String.raw`[\x60"']?(\d[\d,_]{1,12})[\x60"']?`;

/** Who says it so is named behind. */
const WINDOW_TEXTS = [
  `maximum context length (?:is|of)(?: only)? ${NUMBER}`, // OpenAI, vLLM, DeepSeek, OpenRouter, Together
  `${NUMBER} maximum context length`, // Mistral
  `model'?s context length \\(?(?:is |of )?${NUMBER}`, // SGLang: "longer than the model's context length (32768 tokens)"
  `available context size \\(?(?:is |of )?${NUMBER}`, // llama.cpp
  `context (?:window|limit|length)(?: size)?(?: of| is|:)? ${NUMBER}`, // Fireworks, LM Studio, several proxies
  `max_model_len[^\\d]{1,20}${NUMBER}`, // vLLM
  `exceed context limit:[^>]{1,60}> ?${NUMBER}`, // Anthropic: "A + B > 200000"
  `maximum (?:allowed )?(?:number of )?total tokens[^\\d]{1,20}${NUMBER}`, // TGI: `inputs` tokens + `max_new_tokens` must be <= N
  `must be <= ${NUMBER}\\. Given: \\d+ .inputs. tokens`, // TGI
].map((source) => new RegExp(source, 'iu'));

const OUTPUT_TEXTS = [
  `supports at most ${NUMBER} (?:completion|output) tokens`, // OpenAI
  `> ${NUMBER}, which is the maximum allowed number of output tokens`, // Anthropic
  `max_(?:completion_|output_)?tokens[\`'"]? (?:must|should|has to) be (?:less than or equal to|at most|<=) ${NUMBER}`, // Groq, Moonshot
  `valid range of max_tokens is \\[\\d+, ?${NUMBER}\\]`, // DeepSeek
  `range of max_tokens should be \\[\\d+, ?${NUMBER}\\]`, // Qwen at Alibaba
  `maximum (?:allowed )?(?:number of )?(?:output|completion|new) tokens[^\\d]{1,30}${NUMBER}`, // several
  `range is from \\d+ \\(inclusive\\) to ${NUMBER} \\(exclusive\\)`, // Gemini
  `model limit of ${NUMBER}`, // Bedrock: "exceeds the model limit of 4096"
  `(?:less than or equal to|at most|up to|maximum (?:is|of)) ${NUMBER}`, // who says only this, of the one member that was absurd
].map((source) => new RegExp(source, 'iu'));

/**
 * What an endpoint states of its limits where it refuses an absurd number of output tokens. `asked` is that number: whatever
 * repeats it is no limit.
 */
export function statedLimits(text: string, asked: number): StatedLimits {
  const contextWindow = firstNumber(WINDOW_TEXTS, text, asked);
  const output = firstNumber(OUTPUT_TEXTS, text, asked);
  // "from 1 to 65537 (exclusive)".
  const maxOutputTokens = output !== undefined && /\(exclusive\)/iu.test(text) ? output - 1 : output;
  return {
    ...(contextWindow === undefined ? {} : { contextWindow }),
    ...(maxOutputTokens === undefined || maxOutputTokens === contextWindow ? {} : { maxOutputTokens }),
  };
}

function firstNumber(patterns: readonly RegExp[], text: string, asked: number): number | undefined {
  const short = text.slice(0, 4_000);
  for (const pattern of patterns) {
    const value = Number((pattern.exec(short)?.[1] ?? '').replaceAll(/[,_]/gu, ''));
    // Nobody serves a window below 256 tokens; a smaller number counts something else.
    if (Number.isSafeInteger(value) && value >= 256 && value < asked) return value;
  }
  return undefined;
}
