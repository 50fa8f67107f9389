import type { JsonObject } from '@switchyard/contracts';

/** Nobody is there: `scripted-model` answers within the process. */
export const SCRIPTED_HOST = 'scripted.invalid';
export interface ScriptedCall {
  tool: string;
  arguments: JsonObject;
}

/** Built in, pure, and as good as nothing. */
export const NO_OP: ScriptedCall = { tool: 'clock', arguments: {} };
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

export function scriptedAgent(steps: number, tool: string): JsonObject {
  return {
    name: SCRIPTED_AGENT,
    instructions: 'Do the steps.',
    tools: [tool],
    model: { backend: 'scripted' },
    memory: { recall: false },
    limits: { turns: steps + 10 },
  };
}
