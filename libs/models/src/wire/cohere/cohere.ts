import { classifyHttpFailure } from '../classify-http-failure.js';
import type { WireApi } from '../wire-api.js';
import { CohereReader } from './reader.js';
import { renderCohere } from './render.js';

/** Cohere's Chat API, version 2; the base URL ends with `/v2`. */
export const cohere: WireApi = {
  name: 'cohere',
  render: renderCohere,
  authHeaders: (apiKey) => ({ authorization: `Bearer ${apiKey}` }),
  createReader: (context) => new CohereReader(context),
  classifyError: classifyHttpFailure,
};
