import type { WireRequest } from '../wire-api.js';

/** How a model of Anthropic is called at Vertex AI. */
const PREFIX = 'publishers/anthropic/models/';
/** Stands in the body there, for the header that Anthropic itself reads. */
const VERTEX_VERSION = 'vertex-2023-10-16';

/**
 * The same request for Vertex AI, where the model's id is `publishers/anthropic/models/<model>` and the base URL
 * `https://aiplatform.googleapis.com/v1/projects/<project>/locations/<location>`; any other request unchanged. Source: Anthropic's page
 * "Claude on Vertex AI": the model stands in the address, and the version of the API in the body.
 */
export function forVertex(request: WireRequest): WireRequest {
  const { model, ...body } = request.body;
  if (typeof model !== 'string' || !model.startsWith(PREFIX)) return request;
  const name = encodeURIComponent(model.slice(PREFIX.length)).replaceAll('%40', '@');
  const operation = body['stream'] === true ? 'streamRawPredict' : 'rawPredict';
  return { path: `/${PREFIX}${name}:${operation}`, headers: {}, body: { anthropic_version: VERTEX_VERSION, ...body } };
}

/** Google takes an access token for a key. */
export function isVertex({ hostname, pathname }: URL): boolean {
  return hostname.endsWith('aiplatform.googleapis.com') || pathname.includes(`/${PREFIX}`);
}
