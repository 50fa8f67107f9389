import { classifyHttpFailure } from '../classify-http-failure.js';
import type { WireApi } from '../wire-api.js';
import { NdjsonDecoder } from './ndjson.js';
import { OllamaReader } from './reader.js';
import { renderOllama } from './render.js';

/** Ollama's own chat API; the base URL has no path. The key is for ollama.com, a server of one's own has none. */
export const ollama: WireApi = {
  name: 'ollama',
  render: renderOllama,
  authHeaders: (apiKey) => ({ authorization: `Bearer ${apiKey}` }),
  createDecoder: () => new NdjsonDecoder(),
  createReader: (context) => new OllamaReader(context),
  classifyError: classifyHttpFailure,
};
