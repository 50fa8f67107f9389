import { classifyHttpFailure } from '../classify-http-failure.js';
import type { WireApi } from '../wire-api.js';
import { MessagesReader } from './reader.js';
import { renderMessages } from './render.js';
import { forVertex, isVertex } from './vertex.js';

/** Anthropic's Messages API, at Anthropic, at those who imitate it, and at Vertex AI. */
export const anthropic: WireApi = {
  name: 'anthropic',
  render: (request, target) => forVertex(renderMessages(request, target)),
  authHeaders: (apiKey, { url }) => (isVertex(url) ? { authorization: `Bearer ${apiKey}` } : { 'x-api-key': apiKey }),
  createReader: (context) => new MessagesReader(context),
  classifyError: classifyHttpFailure,
};
