/**
 * How providers say that a request does not fit the context window. Collected from their error messages; the names
 * in the comments are where each was seen.
 */
const OVERFLOW_TEXTS: readonly RegExp[] = [
  /prompt is too long/i, // Anthropic
  /input length and `?max_tokens`? exceed context limit/i, // Anthropic
  /request_too_large/i, // Anthropic, 413
  /input is too long for requested model/i, // Bedrock
  /too many total text bytes/i, // Bedrock
  /number of input tokens exceeds maximum length/i, // Bedrock, Nova
  /exceeds? the (model'?s )?context window/i, // OpenAI
  /context[_ ]length[_ ]exceeded/i, // OpenAI's code, and many imitations
  /maximum context length (is|of) [\d,]+/i, // OpenAI, vLLM, OpenRouter, Mistral, DeepSeek
  /exceeds? (the )?(model'?s )?maximum context length/i, // LiteLLM and others in between
  /exceeds? (the )?maximum allowed input length/i, // OpenRouter, Poolside
  /prompt token count of [\d,]+ exceeds the limit of [\d,]+/i, // GitHub Copilot
  /input token count.*exceeds the maximum/i, // Gemini
  /input token count is [\d,]+ but (the )?model only supports up to/i, // Vertex
  /maximum prompt length is [\d,]+/i, // xAI
  /reduce the length of (the|your) (messages|prompt|input)/i, // Groq, OpenAI
  /requested [\d,]+ output tokens/i, // vLLM
  /prompt contains.*[\d,]+ input tokens/i, // vLLM
  /for a total of.*[\d,]+ tokens/i, // vLLM
  /exceeds the available context size/i, // llama.cpp
  /greater than the context length/i, // LM Studio
  /context window exceeds limit/i, // MiniMax
  /exceeded model token limit/i, // Moonshot
  /prompt too long; exceeded/i, // Ollama
  /prompt is longer than the context length/i, // Ollama
  /input length exceeds the context length/i, // Ollama
  /too large for model with [\d,]+ maximum context length/i, // Mistral
  /model_context_window_exceeded/i, // Z.ai
  /longer than the model'?s context length/i, // SGLang, LM Studio, Together
  /max_new_tokens`? must be <= ?[\d,]+/i, // Together, TGI
  /too many tokens/i, // Cohere, Together
  /token limit exceeded/i,
];

/** Texts that speak of tokens and mean speed: "ThrottlingException: Too many tokens" is not an overflow. */
const THROTTLING = /throttl|rate.?limit|too many requests|per minute|per day|service unavailable/i;

/** True if an error text says that the request is too long. */
export function saysOverflow(text: string): boolean {
  return !THROTTLING.test(text) && OVERFLOW_TEXTS.some((pattern) => pattern.test(text));
}
