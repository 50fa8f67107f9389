import { ModelError } from '../model-error.js';
import type { Candidate } from './candidates.js';
import type { ProbeClient } from './probe-client.js';
import type { ServedModels } from './served-models.js';
import { readServedModels } from './served-models.js';

export interface ListedModels extends ServedModels {
  baseUrl: string;
  requestNumber: number;
}

/**
 * The models that an endpoint lists; undefined if it lists none. Two places are tried at most.
 *
 * @throws ModelError where nobody answers at all
 */
export async function listModels(
  client: ProbeClient,
  candidates: readonly Candidate[],
): Promise<ListedModels | undefined> {
  const places = new Map<string, { candidate: Candidate; url: URL }>();
  for (const candidate of candidates) {
    const url = listUrl(candidate);
    if (url !== undefined && !places.has(url.href)) places.set(url.href, { candidate, url });
  }
  for (const { candidate, url } of [...places.values()].slice(0, 2)) {
    const headers = {
      ...client.keyHeaders(candidate, url),
      ...(candidate.api === 'anthropic' ? { 'anthropic-version': '2023-06-01' } : {}),
    };
    const fetched = await client.json(url, headers).catch((error: unknown) => {
      // A list that is slow or broken says nothing about the model behind it; nobody at home does.
      if (!ModelError.is(error) || error.code === 'model.unreachable' || error.kind === 'cancelled') throw error;
      return undefined;
    });
    // Nothing else will be told either, and the smallest request says it in the endpoint's own words.
    if (fetched?.status === 401 || fetched?.status === 403) return undefined;
    const served = fetched?.status === 200 ? readServedModels(fetched.data) : undefined;
    if (fetched !== undefined && served !== undefined)
      return { ...served, baseUrl: candidate.baseUrl, requestNumber: fetched.number };
  }
  return undefined;
}

function listUrl({ api, baseUrl }: Candidate): URL | undefined {
  const url = new URL(baseUrl);
  const path = url.pathname.replace(/\/$/u, '');
  switch (api) {
    case 'bedrock':
      return undefined;
    case 'ollama':
      url.pathname = `${path}/api/tags`;
      return url;
    case 'cohere':
      url.pathname = `${path.replace(/\/v2$/u, '/v1')}/models`;
      return url;
    default:
      url.pathname = `${path}/models`;
      return url;
  }
}
