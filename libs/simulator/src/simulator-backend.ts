import type { Backend, WireApiName } from '@switchyard/models';
import { defineProfile } from '@switchyard/models';
import { SIMULATOR_MODEL } from './simulator-model.js';
import { SERVER_WIRES } from './wires/wires.js';

/** The backend that talks to a simulator at `url` (`http://127.0.0.1:7460`). */
export function simulatorBackend(
  url: string,
  options: { name?: string; api?: WireApiName; model?: string } = {},
): Backend {
  const api = options.api ?? 'openai-chat';
  return {
    name: options.name ?? 'simulator',
    baseUrl: new URL(SERVER_WIRES[api].basePath, url).href,
    api,
    model: options.model ?? SIMULATOR_MODEL,
    profile: defineProfile({ api, contextWindow: 128_000, maxOutputTokens: 16_384 }),
    simulated: true,
  };
}
