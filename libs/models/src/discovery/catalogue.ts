import type { ProfileInit, WireApiName } from '../profile/profile.js';

/** A provider that is found by its API key. */
export interface HostedEntry {
  /** The backend's name. */
  name: string;
  title: string;
  apiKeyEnv: string;
  baseUrl: string;
  /** The model that is used unless the user names another. */
  model: string;
  profile: ProfileInit;
}

/** A server program that is found on its usual port. */
export interface LocalEntry {
  name: string;
  title: string;
  baseUrl: string;
  /** Of the list of its models, below the base URL. */
  modelsPath: string;
  api: WireApiName;
  /** Served window when the server does not tell. */
  contextWindow: number;
}

const openai = (profile: Omit<ProfileInit, 'api'>): ProfileInit => ({
  api: 'openai-chat',
  approximate: true,
  ...profile,
});

const GPT_OSS = {
  contextWindow: 131_072,
  maxOutputTokens: 65_536,
  prices: { input: 0.15, output: 0.6 },
  capabilities: { reasoning: true },
} as const;

/**
 * Limits and prices are approximate: read from the providers' pages and the models.dev catalogue in autumn 2026, in US dollars
 * per million tokens. They are starting points that measuring replaces.
 */
export const HOSTED: readonly HostedEntry[] = [
  {
    name: 'openai',
    title: 'OpenAI',
    apiKeyEnv: 'OPENAI_API_KEY',
    baseUrl: 'https://api.openai.com/v1',
    model: 'gpt-5.6-luna',
    profile: openai({
      // Its own models write no markup, and talk about that of others.
      dialect: '',
      contextWindow: 1_050_000,
      maxOutputTokens: 128_000,
      prices: { input: 1, output: 6, cacheRead: 0.1 },
      capabilities: { vision: true, reasoning: true },
      system: { role: 'developer', placement: 'anywhere' },
      maxTokensField: 'max_completion_tokens',
      unsupported: ['temperature', 'topP', 'stop'],
    }),
  },
  {
    name: 'anthropic',
    title: 'Anthropic',
    apiKeyEnv: 'ANTHROPIC_API_KEY',
    baseUrl: 'https://api.anthropic.com/v1',
    model: 'claude-sonnet-5-5',
    profile: {
      api: 'anthropic',
      approximate: true,
      contextWindow: 1_000_000,
      maxOutputTokens: 128_000,
      prices: { input: 2, output: 10, cacheRead: 0.1, cacheWrite: 2.5 },
      capabilities: { vision: true, reasoning: true },
      // It always thinks, and sampling settings are refused while thinking.
      unsupported: ['temperature', 'topP', 'seed'],
    },
  },
  {
    name: 'gemini',
    title: 'Google Gemini',
    apiKeyEnv: 'GEMINI_API_KEY',
    baseUrl: 'https://generativelanguage.googleapis.com/v1beta',
    model: 'gemini-3.5-flash',
    // Its own API and not the one like OpenAI's: here texts and calls come with their signatures.
    profile: {
      api: 'gemini',
      approximate: true,
      contextWindow: 1_048_576,
      maxOutputTokens: 65_536,
      prices: { input: 1.5, output: 9, cacheRead: 0.15 },
      capabilities: { vision: true, reasoning: true },
    },
  },
  {
    name: 'zai',
    title: 'Z.ai',
    apiKeyEnv: 'ZAI_API_KEY',
    baseUrl: 'https://api.z.ai/api/paas/v4',
    model: 'glm-5.1',
    profile: openai({
      contextWindow: 204_800,
      maxOutputTokens: 131_072,
      prices: { input: 1, output: 3.2, cacheRead: 0.2 },
      capabilities: { reasoning: true },
      reasoning: { signer: 'zai', replay: 'field' },
    }),
  },
  {
    name: 'mistral',
    title: 'Mistral',
    apiKeyEnv: 'MISTRAL_API_KEY',
    baseUrl: 'https://api.mistral.ai/v1',
    model: 'mistral-medium-latest',
    profile: {
      api: 'mistral',
      approximate: true,
      contextWindow: 131_072,
      maxOutputTokens: 32_768,
      prices: { input: 1.5, output: 7.5 },
      capabilities: { vision: true },
    },
  },
  {
    name: 'deepseek',
    title: 'DeepSeek',
    apiKeyEnv: 'DEEPSEEK_API_KEY',
    baseUrl: 'https://api.deepseek.com/v1',
    model: 'deepseek-v4-flash',
    profile: openai({
      contextWindow: 131_072,
      maxOutputTokens: 32_768,
      prices: { input: 0.22, output: 0.66, cacheRead: 0.007 },
      capabilities: { reasoning: true },
      reasoning: { signer: 'deepseek', replay: 'field' },
    }),
  },
  {
    name: 'openrouter',
    title: 'OpenRouter',
    apiKeyEnv: 'OPENROUTER_API_KEY',
    baseUrl: 'https://openrouter.ai/api/v1',
    model: 'openrouter/auto',
    profile: openai({ contextWindow: 131_072, maxOutputTokens: 32_768, capabilities: { reasoning: true } }),
  },
  {
    name: 'groq',
    title: 'Groq',
    apiKeyEnv: 'GROQ_API_KEY',
    baseUrl: 'https://api.groq.com/openai/v1',
    model: 'openai/gpt-oss-120b',
    profile: openai(GPT_OSS),
  },
  {
    name: 'together',
    title: 'Together',
    apiKeyEnv: 'TOGETHER_API_KEY',
    baseUrl: 'https://api.together.xyz/v1',
    model: 'openai/gpt-oss-120b',
    profile: openai(GPT_OSS),
  },
  {
    name: 'fireworks',
    title: 'Fireworks',
    apiKeyEnv: 'FIREWORKS_API_KEY',
    baseUrl: 'https://api.fireworks.ai/inference/v1',
    model: 'accounts/fireworks/models/gpt-oss-120b',
    profile: openai(GPT_OSS),
  },
  {
    name: 'xai',
    title: 'xAI',
    apiKeyEnv: 'XAI_API_KEY',
    baseUrl: 'https://api.x.ai/v1',
    model: 'grok-4.5',
    profile: openai({
      contextWindow: 500_000,
      maxOutputTokens: 131_072,
      prices: { input: 2, output: 6, cacheRead: 0.5 },
      capabilities: { vision: true, reasoning: true },
      usage: { inputIncludesCached: true, outputIncludesReasoning: false },
      unsupported: ['stop'],
    }),
  },
  {
    name: 'moonshot',
    title: 'Moonshot',
    apiKeyEnv: 'MOONSHOT_API_KEY',
    baseUrl: 'https://api.moonshot.ai/v1',
    model: 'kimi-k2.6',
    profile: openai({
      contextWindow: 262_144,
      maxOutputTokens: 131_072,
      prices: { input: 0.95, output: 4, cacheRead: 0.16 },
      capabilities: { vision: true, reasoning: true },
      callIds: 'positional',
      reasoning: { signer: 'moonshot', replay: 'field' },
    }),
  },
];

const openaiLike = { modelsPath: '/models', api: 'openai-chat' } as const;

export const LOCAL: readonly LocalEntry[] = [
  // Over its own API the window is what a request asks for. Unasked Ollama serves 4,096 tokens on most machines, hardly enough for tools,
  // and cuts the front of a longer prompt without a word.
  {
    name: 'ollama',
    title: 'Ollama',
    baseUrl: 'http://127.0.0.1:11434',
    modelsPath: '/v1/models',
    api: 'ollama',
    contextWindow: 8_192,
  },
  { name: 'llama-cpp', title: 'llama.cpp', baseUrl: 'http://127.0.0.1:8080/v1', contextWindow: 4_096, ...openaiLike },
  { name: 'vllm', title: 'vLLM', baseUrl: 'http://127.0.0.1:8000/v1', contextWindow: 8_192, ...openaiLike },
  { name: 'lm-studio', title: 'LM Studio', baseUrl: 'http://127.0.0.1:1234/v1', contextWindow: 4_096, ...openaiLike },
];
