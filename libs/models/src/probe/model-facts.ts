import { ModelError } from '../model-error.js';
import type { Backend } from '../profile/backend.js';
import type { Judgement } from './experiment.js';
import type { ProbeClient } from './probe-client.js';
import type { ServedModel } from './served-models.js';
import { readWindow } from './served-models.js';

/** What the list of models says of the one that is probed. */
export function modelFindings({ contextWindow, maxOutputTokens, prices, toldBy }: ServedModel): Judgement {
  const how = 'the list of models says so';
  // Some lists repeat the window as the output: it says nothing then.
  const output = maxOutputTokens === contextWindow ? undefined : maxOutputTokens;
  return {
    findings: [
      ...(contextWindow === undefined
        ? []
        : [
            {
              field: 'contextWindow',
              value: contextWindow,
              how: `${how} (${toldBy ?? 'limits'})`,
              confidence: 'likely' as const,
            },
          ]),
      ...(output === undefined
        ? []
        : [{ field: 'maxOutputTokens', value: output, how, confidence: 'likely' as const }]),
      ...(prices === undefined ? [] : [{ field: 'prices', value: { ...prices }, how, confidence: 'likely' as const }]),
    ],
    members: {
      ...(contextWindow === undefined ? {} : { contextWindow }),
      ...(output === undefined ? {} : { maxOutputTokens: output }),
      ...(prices === undefined ? {} : { prices }),
    },
  };
}

/** The window of a server that runs its model itself: llama.cpp's `/props`, Ollama's `/api/show`. */
export async function runningWindow(
  client: ProbeClient,
  backend: Backend,
): Promise<(Judgement & { requestNumber: number }) | undefined> {
  const url = new URL(backend.baseUrl);
  const path = url.pathname.replace(/\/$/u, '');
  const ollama = backend.api === 'ollama';
  // Hosted endpoints have no such page; who serves at home does, beside the version.
  if (!ollama && (backend.api !== 'openai-chat' || url.protocol === 'https:')) return undefined;
  url.pathname = ollama ? `${path}/api/show` : `${path.replace(/\/v1$/u, '')}/props`;
  const fetched = await client
    .json(url, client.keyHeaders(backend, url), ollama ? { model: backend.model } : undefined)
    .catch((error: unknown) => {
      // A page that is not there says nothing; the battery tells whether the endpoint still is.
      if (!ModelError.is(error)) throw error;
      return undefined;
    });
  const window = fetched?.status === 200 ? readWindow(fetched.data) : undefined;
  if (fetched === undefined || window === undefined) return undefined;
  const how = ollama
    ? `/api/show says what the model was trained for (${window.toldBy}); the server holds as much as it is asked for and has memory for`
    : `/props says what is served (${window.toldBy})`;
  return {
    requestNumber: fetched.number,
    findings: [{ field: 'contextWindow', value: window.value, how, confidence: ollama ? 'likely' : 'proved' }],
    members: { contextWindow: window.value },
  };
}
