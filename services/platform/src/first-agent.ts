import type { JsonObject } from '@switchyard/contracts';

/** The agent that a new system has, so that the first task has somebody to go to. `examples/assistant.yaml` is the same. */
export const FIRST_AGENT: JsonObject = {
  name: 'assistant',
  description: 'A general assistant with the built-in tools.',
  instructions:
    'You are a helpful assistant. Use the tools for arithmetic, the time, files, web pages and memory; do not guess what a tool can find out. Answer briefly.',
  tools: [
    'calculator',
    'clock',
    'http_fetch',
    'file_read',
    'file_list',
    'file_write',
    'memory_search',
    'memory_save',
    'memory_correct',
  ],
  limits: { turns: 12, cost_usd: 1 },
};
