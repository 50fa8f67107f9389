import type { Backend, WireApiName } from '@switchyard/models';
import { defineProfile } from '@switchyard/models';

/** The model id under which the simulator answers: it says what it is. */
export const SIMULATOR_MODEL = 'switchyard-simulator';

/** Where the base URLs of the wires end, if not with `/v1`. Mistral's own path is OpenAI's, so it has a place below its name. */
const BASE_PATHS: Partial<Record<WireApiName, string>> = { mistral: '/mistral/v1', cohere: '/v2', ollama: '/' };

/** The backend that talks to a simulator at `url` (`http://127.0.0.1:7460`). */
export function simulatorBackend(
  url: string,
  options: { name?: string; api?: WireApiName; model?: string } = {},
): Backend {
  const api = options.api ?? 'openai-chat';
  return {
    name: options.name ?? 'simulator',
    baseUrl: new URL(BASE_PATHS[api] ?? '/v1', url).href,
    api,
    model: options.model ?? SIMULATOR_MODEL,
    profile: defineProfile({ api, contextWindow: 128_000, maxOutputTokens: 16_384 }),
    simulated: true,
  };
}
