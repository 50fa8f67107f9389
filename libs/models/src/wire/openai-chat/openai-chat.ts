import { classifyHttpFailure } from '../classify-http-failure.js';
import type { WireApi } from '../wire-api.js';
import { ChatReader } from './reader.js';
import { renderChat } from './render.js';

/** OpenAI's chat completions, as OpenAI and everybody who imitates it serve them. */
export const openaiChat: WireApi = {
  name: 'openai-chat',
  render: renderChat,
  authHeaders: (apiKey) => ({ authorization: `Bearer ${apiKey}` }),
  createReader: (context) => new ChatReader(context),
  classifyError: classifyHttpFailure,
};
