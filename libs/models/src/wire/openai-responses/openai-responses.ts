import { classifyHttpFailure } from '../classify-http-failure.js';
import type { WireApi } from '../wire-api.js';
import { ResponsesReader } from './reader.js';
import { renderResponses } from './render.js';

/** OpenAI's Responses API, without its store: every request carries the whole conversation. */
export const openaiResponses: WireApi = {
  name: 'openai-responses',
  render: renderResponses,
  authHeaders: (apiKey) => ({ authorization: `Bearer ${apiKey}` }),
  createReader: (context) => new ResponsesReader(context),
  classifyError: classifyHttpFailure,
};
