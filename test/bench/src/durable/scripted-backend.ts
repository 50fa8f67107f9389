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
    profile: { streaming: false },
    concurrency,
  };
}

export const scriptedAgent: JsonObject = {
  name: SCRIPTED_AGENT,
  instructions: 'Do ten steps.',
  tools: [SCRIPTED_TOOL],
  model: { backend: 'scripted' },
  memory: { recall: false },
};
