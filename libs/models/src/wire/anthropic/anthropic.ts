import { classifyHttpFailure } from '../classify-http-failure.js';
import type { WireApi } from '../wire-api.js';
import { MessagesReader } from './reader.js';
import { renderMessages } from './render.js';

/** Anthropic's Messages API. */
export const anthropic: WireApi = {
  name: 'anthropic',
  render: renderMessages,
  authHeaders: (apiKey) => ({ 'x-api-key': apiKey }),
  createReader: (context) => new MessagesReader(context),
  classifyError: classifyHttpFailure,
};
