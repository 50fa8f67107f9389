import { userMessage } from '../messages/message-helpers.js';
import type { Backend } from '../profile/backend.js';
import { defineProfile } from '../profile/profile.js';
import type { Identified } from './identify.js';
import { SMALLEST } from './identify.js';
import { isRefusal } from './experiment.js';
import type { ProbeClient } from './probe-client.js';

/**
 * Mistral's chat completions look like OpenAI's until something is asked that they do not have. Where an answer's id is 32 hexadecimal
 * digits, one request asks with `seed`, which is OpenAI's word: Mistral refuses members that it does not know, and its own is `random_seed`.
 */
export async function isMistral(
  client: ProbeClient,
  { candidate, seen, members }: Identified,
  backend: Pick<Backend, 'name' | 'model' | 'apiKeyEnv'>,
): Promise<boolean> {
  if (candidate.api !== 'openai-chat' || !/^[0-9a-f]{32}$/u.test(seen.response.responseId)) return false;
  const profile = defineProfile({ api: 'openai-chat', ...members, capabilities: { streaming: false } });
  const asked = await client.ask(
    { ...backend, api: 'openai-chat', baseUrl: candidate.baseUrl, profile },
    { messages: [userMessage(SMALLEST)], maxOutputTokens: 64, seed: 7 },
  );
  return !asked.ok && isRefusal(asked.error) && /\bseed\b/u.test(asked.error.message);
}
