import { classifyHttpFailure } from '../classify-http-failure.js';
import { ChatReader } from '../openai-chat/reader.js';
import type { WireApi } from '../wire-api.js';
import { renderMistral } from './render.js';

/**
 * Mistral's own API: chat completions with nine-character call ids, `thinking` chunks in the content, and a stricter order.
 * Answers are read as everybody's, because the reader takes all of these forms already.
 */
export const mistral: WireApi = {
  name: 'mistral',
  render: renderMistral,
  authHeaders: (apiKey) => ({ authorization: `Bearer ${apiKey}` }),
  createReader: (context) => new ChatReader(context),
  classifyError: classifyHttpFailure,
};
