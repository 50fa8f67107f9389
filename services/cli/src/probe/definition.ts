import { SwitchyardError, type JsonObject, type JsonValue } from '@switchyard/contracts';
import type { Backend, ProbeResult, ProfileInit } from '@switchyard/models';

/** A backend as `backends add` takes it: of the profile only what differs from the defaults of the wire API. */
export async function definitionOf({ backend, members }: ProbeResult): Promise<JsonObject> {
  const { defineProfile } = await import('@switchyard/models');
  const { name, baseUrl, model, api, apiKeyEnv, simulated } = backend;
  const profile = differing(asJson(members), asJson(defineProfile({ api })));
  return {
    name,
    base_url: baseUrl,
    model,
    api,
    ...(apiKeyEnv === undefined ? {} : { api_key_env: apiKeyEnv }),
    ...(simulated === true ? { simulated } : {}),
    profile: profile ?? {},
  };
}

/**
 * The way back, for a definition from a file or from the system.
 *
 * @throws SwitchyardError `definition.invalid`
 */
export async function backendOf(definition: JsonObject): Promise<Backend> {
  const { defineProfile, PROFILE_SCHEMA, validateArguments, WIRE_API_NAMES } = await import('@switchyard/models');
  const text = (key: string): string => (typeof definition[key] === 'string' ? definition[key] : '');
  const api = WIRE_API_NAMES.find((each) => each === text('api'));
  const [name, baseUrl, model, apiKeyEnv] = ['name', 'base_url', 'model', 'api_key_env'].map(text);
  if (api === undefined || !name || !baseUrl || !model)
    throw new SwitchyardError(
      'definition.invalid',
      'A backend has name, base_url, model and api; one of them is missing.',
    );
  const { version: _made, ...profile } = asObject(definition['profile']);
  const verdict = validateArguments(PROFILE_SCHEMA, profile);
  if (!verdict.ok)
    throw new SwitchyardError('definition.invalid', `The profile of ${name} cannot be used. ${verdict.reason}`);
  return {
    name,
    baseUrl,
    model,
    api,
    // What the schema allows is what a profile may be given as.
    profile: defineProfile({ ...(profile as Partial<ProfileInit>), api }),
    ...(apiKeyEnv ? { apiKeyEnv } : {}),
  };
}

/** Objects are compared member by member; lists and what may be null as a whole. */
function differing(value: JsonObject, defaults: JsonObject): JsonObject | undefined {
  const kept = Object.entries(value).flatMap(([key, member]): [string, JsonValue][] => {
    const usual = defaults[key];
    if (member === undefined || JSON.stringify(member) === JSON.stringify(usual)) return [];
    if (!PARTIAL.has(key)) return [[key, member]];
    const inner = differing(asObject(member), asObject(usual));
    return inner === undefined ? [] : [[key, inner]];
  });
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

/** Members of a profile that may be written in part. */
const PARTIAL: ReadonlySet<string> = new Set(['capabilities', 'reasoning', 'tools', 'output', 'tokens']);

function asObject(value: JsonValue | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}

function asJson(value: object): JsonObject {
  // Profiles are JSON by construction; the round trip states it to the compiler, and drops undefined members.
  return JSON.parse(JSON.stringify(value)) as JsonObject;
}
