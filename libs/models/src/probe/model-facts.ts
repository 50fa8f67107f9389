import { ModelError } from '../model-error.js';
import type { Backend } from '../profile/backend.js';
import type { Judgement } from './experiment.js';
import { OLLAMA_WINDOW } from './identify.js';
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
  // What a model was trained for is not what the machine has memory for.
  if (ollama) return { requestNumber: fetched.number, ...asked(Math.min(window.value, OLLAMA_WINDOW), window) };
  return {
    requestNumber: fetched.number,
    findings: [
      {
        field: 'contextWindow',
        value: window.value,
        how: `/props says what is served (${window.toldBy})`,
        confidence: 'proved',
      },
    ],
    members: { contextWindow: window.value },
  };
}

function asked(contextWindow: number, trained: { value: number; toldBy: string }): Judgement {
  const how = `the server holds what it is asked for; the model was trained for ${trained.value} (${trained.toldBy}): raise it as far as the memory goes`;
  return {
    findings: [{ field: 'contextWindow', value: contextWindow, how, confidence: 'assumed' }],
    members: { contextWindow },
  };
}
