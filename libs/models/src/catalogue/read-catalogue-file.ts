import type { ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { isValid } from '../calls/json-schema.js';
import type { JsonObject, JsonValue } from '../json.js';
import { isJsonObject } from '../json.js';
import { checkProfile } from '../profile/check-profile.js';
import type { ProfileInit, WireApiName } from '../profile/profile.js';
import { WIRE_API_NAMES } from '../profile/profile.js';
import type { CatalogueEntry, CatalogueVariable, Discovery } from './catalogue-entry.js';
import { invalid } from './catalogue-error.js';
import { CATALOGUE_SCHEMA } from './catalogue-schema.js';
import type { YamlFile } from './read-yaml.js';
import { readYaml } from './read-yaml.js';

let validator: ValidateFunction | undefined;

/**
 * Reads a file of the catalogue: one provider with its endpoints. An endpoint's members win over those at the top, member by member
 * within `profile`.
 *
 * @throws CatalogueError `catalogue.invalid` with file, line and column of what is wrong first
 */
export function readCatalogueFile(source: string, file: string): CatalogueEntry[] {
  const yaml = readYaml(source, file);
  validate(yaml, file);
  const provider = textOf(yaml.value['provider']);
  return Object.entries(objectOf(yaml.value['endpoints'])).map(([key, written]) =>
    readEntry({ yaml, file, provider, key, endpoint: objectOf(written) }),
  );
}

interface EntryContext {
  yaml: YamlFile;
  file: string;
  provider: string;
  key: string;
  endpoint: JsonObject;
}

function readEntry({ yaml, file, provider, key, endpoint }: EntryContext): CatalogueEntry {
  const top = yaml.value;
  const at = (...path: string[]) => yaml.placeOf(['endpoints', key, ...path]);
  const need = (member: string): string => {
    const value = endpoint[member] ?? top[member];
    if (typeof value === 'string') return value;
    throw invalid(file, `"${key}" has no ${member}, and there is none at the top of the file`, at());
  };
  const api = need('api');
  const profile = readProfile(top, endpoint, WIRE_API_NAMES.find((name) => name === api) ?? 'openai-chat');
  for (const { code, path, reason } of checkProfile(profile)) {
    const steps = path.split('.');
    // What contradicts may stand at the top, for all endpoints.
    const own = stepsLead(endpoint['profile'], steps) ? at('profile', ...steps) : undefined;
    const place = own ?? (stepsLead(top['profile'], steps) ? yaml.placeOf(['profile', ...steps]) : at('profile'));
    throw invalid(file, `profile.${path} of "${key}" ${reason} (${code})`, place);
  }
  const sources = endpoint['sources'] ?? top['sources'];
  if (!Array.isArray(sources)) throw invalid(file, `"${key}" has no sources: say where its facts are from`, at());
  const apiKeyEnv = endpoint['api_key_env'] ?? top['api_key_env'];
  const notes = endpoint['notes'] ?? top['notes'];
  const entry: CatalogueEntry = {
    name: `${provider}/${key}`,
    provider,
    title: textOf(endpoint['title']),
    baseUrl: need('base_url'),
    api: profile.api,
    model: textOf(endpoint['model']),
    ...(typeof apiKeyEnv === 'string' ? { apiKeyEnv } : {}),
    variables: { ...variablesOf(top), ...variablesOf(endpoint) },
    profile,
    sources: sources.map(String),
    asOf: need('as_of'),
    ...(typeof notes === 'string' ? { notes } : {}),
    ...(endpoint['discovery'] === undefined ? {} : { discovery: discoveryOf(objectOf(endpoint['discovery'])) }),
    file,
  };
  const unknown = placeholdersOf(`${entry.baseUrl} ${entry.model}`).find(
    (name) => !Object.hasOwn(entry.variables, name),
  );
  if (unknown !== undefined)
    throw invalid(file, `"${key}" has a placeholder {${unknown}}, and no variable of that name says what it is`, at());
  if (entry.discovery?.by === 'key' && (entry.apiKeyEnv === undefined || entry.baseUrl.includes('{')))
    throw invalid(
      file,
      `"${key}" is to be found by its key, and has none, or has an address with placeholders`,
      at('discovery'),
    );
  return entry;
}

/** The names within braces. */
export function placeholdersOf(text: string): string[] {
  return [...text.matchAll(/\{([^{}]*)\}/g)].map(([, name = '']) => name);
}

function validate({ value, placeOf }: YamlFile, file: string): void {
  // The schema is ours and is tested: to check it against its own schema takes longer than to read all files.
  validator ??= new Ajv2020({ meta: false, validateSchema: false, strict: false }).compile(CATALOGUE_SCHEMA);
  if (isValid(validator, value)) return;
  const [first] = validator.errors ?? [];
  const steps = (first?.instancePath ?? '').split('/').slice(1).map(unescaped);
  const params: Readonly<Record<string, unknown>> = first?.params ?? {};
  const { additionalProperty: extra, missingProperty: missing, allowedValues: allowed } = params;
  const where = steps.length === 0 ? 'the file' : steps.join('.');
  const place = placeOf(typeof extra === 'string' ? [...steps, extra] : steps);
  if (typeof extra === 'string') throw invalid(file, `${where} has a member "${extra}", which is not known`, place);
  if (typeof missing === 'string') throw invalid(file, `${where} has no ${missing}`, place);
  const suffix = Array.isArray(allowed) ? `: ${allowed.map(String).join(', ')}` : '';
  throw invalid(file, `${where} ${first?.message ?? 'is not valid'}${suffix}`, place);
}

/** A number in a path may be an index or a name: both lead on. */
function unescaped(step: string): string | number {
  const text = step.replaceAll('~1', '/').replaceAll('~0', '~');
  return /^\d+$/.test(text) ? Number(text) : text;
}

function readProfile(top: JsonObject, endpoint: JsonObject, api: WireApiName): ProfileInit {
  const merged = { ...objectOf(top['profile']) };
  for (const [member, value] of Object.entries(objectOf(endpoint['profile']))) {
    const before = merged[member];
    merged[member] = isJsonObject(before) && isJsonObject(value) ? { ...before, ...value } : value;
  }
  // The schema says that it has the form; what has no default is only the API.
  return { ...(merged as Partial<ProfileInit>), api };
}

function variablesOf(holder: JsonObject): Record<string, CatalogueVariable> {
  const entries = Object.entries(objectOf(holder['variables'])).map(([name, written]) => {
    const { env, about, default: fallback } = objectOf(written);
    const variable: CatalogueVariable = { env: textOf(env), about: textOf(about) };
    return [name, typeof fallback === 'string' ? { ...variable, default: fallback } : variable] as const;
  });
  return Object.fromEntries(entries);
}

function discoveryOf({ by, backend, title, order, models_path: path }: JsonObject): Discovery {
  const shown = { backend: textOf(backend), title: textOf(title), order: Number(order) };
  return by === 'port'
    ? { by: 'port', ...shown, modelsPath: typeof path === 'string' ? path : '/models' }
    : { by: 'key', ...shown };
}

function stepsLead(value: JsonValue | undefined, steps: readonly string[]): boolean {
  let at = value;
  for (const step of steps) {
    if (!isJsonObject(at) || !Object.hasOwn(at, step)) return false;
    at = at[step];
  }
  return true;
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
