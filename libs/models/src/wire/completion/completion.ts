import { classifyHttpFailure } from '../classify-http-failure.js';
import type { WireApi } from '../wire-api.js';
import { CompletionReader } from './reader.js';
import { renderCompletion } from './render.js';

/**
 * Text completion (`POST /completions`), as vLLM, SGLang, llama.cpp, LM Studio, Together and Fireworks serve it. The
 * conversation is written with the model's own template here, and the answer is read from its text, so that nothing of a
 * server's template or parsers stands between.
 */
export const completion: WireApi = {
  name: 'completion',
  render: renderCompletion,
  authHeaders: (apiKey) => ({ authorization: `Bearer ${apiKey}` }),
  createReader: (context) => new CompletionReader(context),
  classifyError: classifyHttpFailure,
};
