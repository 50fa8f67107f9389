import { count, isJsonObject, nonEmptyString } from '../json.js';
import type { Backend } from '../profile/backend.js';
import type { ProfileInit } from '../profile/profile.js';
import { defineProfile } from '../profile/profile.js';
import type { HostedEntry, LocalEntry } from './catalogue.js';
import { discoverable } from './catalogue.js';

/** Variables, by name. `process.env` fits. */
export type Environment = Readonly<Record<string, string | undefined>>;

export interface DiscoverOptions {
  /** Default: the global `fetch`. */
  fetch?: typeof fetch;
  /** Look for servers on this machine's usual ports. Default true. */
  probeLocal?: boolean;
  /** For each local server, in milliseconds. Default 400. */
  timeoutMs?: number;
}

/** A backend that was found, and how. */
export interface DiscoveredBackend {
  backend: Backend;
  /** For a person, e.g. `OPENAI_API_KEY is set` or `Ollama answers at http://127.0.0.1:11434`. */
  found: string;
}

/**
 * Finds backends: by the API keys in `env`, by an endpoint of the user's own, by the servers on this machine; in this order. For
 * a backend NAME (upper case, `-` as `_`) these variables override the catalogue: `SWITCHYARD_MODEL_NAME`,
 * `SWITCHYARD_BASE_URL_NAME`, `SWITCHYARD_CONTEXT_NAME` (tokens). The own endpoint, OpenAI-compatible, has the name `custom`:
 * `SWITCHYARD_BASE_URL_CUSTOM`, `SWITCHYARD_MODEL_CUSTOM` and, if it wants a key, `SWITCHYARD_API_KEY_CUSTOM`.
 * `SWITCHYARD_CATALOGUE` names a folder of the user's own entries. Never throws for a server that is not there.
 *
 * @throws CatalogueError where a file of that folder cannot be used
 */
export async function discoverBackends(env: Environment, options: DiscoverOptions = {}): Promise<DiscoveredBackend[]> {
  const own = env['SWITCHYARD_CATALOGUE'];
  const known = await discoverable(isSet(own) ? [own] : []);
  const hosted = known.hosted.filter((entry) => isSet(env[entry.apiKeyEnv])).map((entry) => hostedBackend(entry, env));
  const custom = customBackend(env);
  const probed =
    options.probeLocal === false ? [] : await Promise.all(known.local.map((entry) => probe(entry, env, options)));
  return [...hosted, ...(custom === undefined ? [] : [custom]), ...probed.filter((each) => each !== undefined)];
}

/** The user's words for a backend. */
function overrides(name: string, env: Environment): { model?: string; baseUrl?: string; contextWindow?: number } {
  const suffix = name.toUpperCase().replaceAll('-', '_');
  const model = env[`SWITCHYARD_MODEL_${suffix}`];
  const baseUrl = env[`SWITCHYARD_BASE_URL_${suffix}`];
  const context = Number.parseInt(env[`SWITCHYARD_CONTEXT_${suffix}`] ?? '', 10);
  return {
    ...(isSet(model) ? { model } : {}),
    ...(isSet(baseUrl) ? { baseUrl } : {}),
    ...(context > 0 ? { contextWindow: context } : {}),
  };
}

function hostedBackend(entry: HostedEntry, env: Environment): DiscoveredBackend {
  const { model = entry.model, baseUrl = entry.baseUrl, contextWindow } = overrides(entry.name, env);
  return {
    backend: {
      name: entry.name,
      baseUrl,
      api: entry.profile.api,
      model,
      apiKeyEnv: entry.apiKeyEnv,
      profile: defineProfile({
        ...entry.profile,
        // The table's prices are its own model's: for another one no price is better than a wrong one.
        ...(model === entry.model ? {} : { prices: null }),
        ...(contextWindow === undefined ? {} : limitedTo(contextWindow, entry.profile)),
      }),
    },
    found: `${entry.apiKeyEnv} is set`,
  };
}

/** An answer is part of the window: a smaller window allows no larger one. */
function limitedTo(contextWindow: number, { maxOutputTokens }: ProfileInit): Partial<ProfileInit> {
  return {
    contextWindow,
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens: Math.min(maxOutputTokens, contextWindow) }),
  };
}

function customBackend(env: Environment): DiscoveredBackend | undefined {
  const { model, baseUrl, contextWindow = 32_768 } = overrides('custom', env);
  if (model === undefined || baseUrl === undefined) return undefined;
  return {
    backend: {
      name: 'custom',
      baseUrl,
      api: 'openai-chat',
      model,
      ...(isSet(env['SWITCHYARD_API_KEY_CUSTOM']) ? { apiKeyEnv: 'SWITCHYARD_API_KEY_CUSTOM' } : {}),
      profile: defineProfile({ api: 'openai-chat', contextWindow, approximate: true }),
    },
    found: 'SWITCHYARD_BASE_URL_CUSTOM and SWITCHYARD_MODEL_CUSTOM are set',
  };
}

async function probe(
  entry: LocalEntry,
  env: Environment,
  options: DiscoverOptions,
): Promise<DiscoveredBackend | undefined> {
  const { model: wanted, baseUrl: given = entry.baseUrl, contextWindow } = overrides(entry.name, env);
  // Ollama's own API lies beside `/v1`, where other programs are pointed to.
  const baseUrl = entry.api === 'ollama' ? given.replace(/\/v1\/*$/, '') : given;
  const served = await servedModels(baseUrl, entry.modelsPath, options);
  const model = wanted === undefined ? served[0] : { id: wanted, ...served.find((each) => each.id === wanted) };
  if (model === undefined || served.length === 0) return undefined;
  const window = contextWindow ?? model.contextWindow;
  return {
    backend: {
      name: entry.name,
      baseUrl,
      api: entry.api,
      model: model.id,
      profile: defineProfile({ ...entry.profile, ...(window === undefined ? {} : { contextWindow: window }) }),
    },
    found: `${entry.title} answers at ${baseUrl}`,
  };
}

interface ServedModel {
  id: string;
  contextWindow?: number;
}

/** The chat models of a list like OpenAI's; none if nobody answers, or somebody else does: 8000 and 8080 are popular ports. */
async function servedModels(baseUrl: string, path: string, options: DiscoverOptions): Promise<ServedModel[]> {
  const url = `${baseUrl.replace(/\/+$/, '')}${path}`;
  try {
    const signal = AbortSignal.timeout(options.timeoutMs ?? 400);
    const response = await (options.fetch ?? fetch)(url, { signal, headers: { accept: 'application/json' } });
    const body: unknown = response.ok ? await response.json() : undefined;
    const data = isJsonObject(body) && Array.isArray(body['data']) ? body['data'] : [];
    return data.flatMap((entry) => {
      const id = isJsonObject(entry) ? nonEmptyString(entry['id']) : undefined;
      if (!isJsonObject(entry) || id === undefined || /embed|rerank|whisper|tts/i.test(id)) return [];
      const contextWindow = count(entry['max_model_len']); // vLLM and SGLang
      return [contextWindow === undefined ? { id } : { id, contextWindow }];
    });
  } catch {
    // Nothing there, something slow, or not JSON: in each case no model server. That is the finding, not a failure.
    return [];
  }
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value.trim() !== '';
}
