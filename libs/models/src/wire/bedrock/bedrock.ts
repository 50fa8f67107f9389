import type { WireApi } from '../wire-api.js';
import { classifyBedrockFailure } from './errors.js';
import { bedrockAuthHeaders } from './credential.js';
import { EventStreamDecoder } from './event-stream.js';
import { ConverseReader } from './reader.js';
import { renderConverse } from './render.js';

/** AWS Bedrock's Converse API. The base URL has no path: `https://bedrock-runtime.us-east-1.amazonaws.com`. */
export const bedrock: WireApi = {
  name: 'bedrock',
  render: renderConverse,
  authHeaders: (credential, request) => bedrockAuthHeaders(credential, request, new Date()),
  createDecoder: () => new EventStreamDecoder(),
  createReader: (context) => new ConverseReader(context),
  classifyError: classifyBedrockFailure,
};
