import type { JsonObject } from '@switchyard/contracts';

/** Nobody is there: `scripted-model` answers within the process. */
export const SCRIPTED_HOST = 'scripted.invalid';
/** Built in, pure, and as good as nothing. */
export const SCRIPTED_TOOL = 'clock';
export const SCRIPTED_AGENT = 'ten-steps';

export function scriptedBackend(concurrency: number): JsonObject {
  return {
    name: 'scripted',
    base_url: `http://${SCRIPTED_HOST}/v1`,
    api: 'openai-chat',
    model: 'nothing',
    // A run of a thousand steps fits.
    profile: { streaming: false, contextWindow: 1_000_000 },
    concurrency,
  };
}

export function scriptedAgent(steps: number): JsonObject {
  return {
    name: SCRIPTED_AGENT,
    instructions: 'Do the steps.',
    tools: [SCRIPTED_TOOL],
    model: { backend: 'scripted' },
    memory: { recall: false },
    limits: { turns: steps + 10 },
  };
}
