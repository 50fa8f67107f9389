import { classifyHttpFailure } from '../classify-http-failure.js';
import type { WireApi } from '../wire-api.js';
import { GeminiDecoder } from './decoder.js';
import { GenerateContentReader } from './reader.js';
import { renderGenerateContent } from './render.js';

/**
 * Google's generateContent, at the Gemini API (base URL `https://generativelanguage.googleapis.com/v1beta`) and at Vertex
 * (`https://aiplatform.googleapis.com/v1/projects/<project>/locations/<location>/publishers/google`).
 */
export const gemini: WireApi = {
  name: 'gemini',
  render: renderGenerateContent,
  authHeaders: (apiKey) => ({ 'x-goog-api-key': apiKey }),
  createDecoder: () => new GeminiDecoder(),
  createReader: (context) => new GenerateContentReader(context),
  classifyError: classifyHttpFailure,
};
