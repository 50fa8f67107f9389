import { Ajv2020 } from 'ajv/dist/2020.js';
import { SwitchyardError, TOKEN, type Backend, type JsonObject, nearestNames } from '@switchyard/contracts';
import {
  checkProfile,
  defineProfile,
  PROFILE_SCHEMA,
  WIRE_API_NAMES,
  type Profile,
  type ProfileInit,
  type WireApiName,
} from '@switchyard/models';
import { unstorable } from '../shared/unstorable.js';
import { listProblems, readProblems, type Problem } from '../shared/schema-problems.js';

/** Runs at once over the whole fleet, where a backend does not say. */
export const DEFAULT_CONCURRENCY = 32;
const MAX_CONCURRENCY = 100_000;
/** What Postgres' integer holds; more is no limit. */
const MAX_PER_MINUTE = 2_000_000_000;

/** A backend that holds, with its whole profile. */
export interface ReadBackend {
  name: string;
  baseUrl: string;
  api: WireApiName;
  model: string;
  profile: Profile;
  apiKeyEnv: string;
  simulated: boolean;
  note: string;
  concurrency: number;
  /** Over the whole fleet; 0 sets no limit. */
  tokensPerMinute: number;
  requestsPerMinute: number;
}

/** The platform's own credentials: whoever may add a backend could otherwise have them sent to an address of theirs. */
const OWN_SECRETS = new Set(['DATABASE_URL', 'NATS_URL', 'SWITCHYARD_SECRET_KEY', 'SWITCHYARD_SECRET_KEY_FILE']);
const MAX_URL_CHARACTERS = 2_048;
const MAX_NOTE_CHARACTERS = 2_048;
/** Characters of a written profile's JSON; a whole one has about a thousand. */
const MAX_PROFILE_CHARACTERS = 32_768;
const ENVIRONMENT_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;
const SECRET_PARAMETER = /^(api[-_]?key|key|token|access[-_]?token|secret)$/i;

const validateProfile = new Ajv2020({ allErrors: true, verbose: true, strict: true, allowUnionTypes: true }).compile(
  PROFILE_SCHEMA,
);

/**
 * Reads a backend as its user wrote it, and completes its profile with the defaults of its wire API.
 *
 * @throws SwitchyardError `backend.invalid` with every path and reason. Terminal. No message repeats what may be a secret.
 */
export function readBackend(written: Backend): ReadBackend {
  const api = WIRE_API_NAMES.find((name) => name === written.api);
  const problems = [
    ...(TOKEN.test(written.name)
      ? []
      : [{ path: 'name', reason: 'may have letters, digits, "_" and "-", at most 128' }]),
    ...(api
      ? []
      : [{ path: 'api', reason: `is "${written.api.slice(0, 64)}"; it may be ${WIRE_API_NAMES.join(', ')}` }]),
    ...(written.model.trim() === '' || written.model.length > 512
      ? [{ path: 'model', reason: 'must have 1 to 512 characters' }]
      : []),
    ...urlProblems(written.baseUrl),
    ...keyProblems(written.apiKeyEnv),
    ...(written.concurrency > MAX_CONCURRENCY
      ? [{ path: 'concurrency', reason: `is at most ${MAX_CONCURRENCY}` }]
      : []),
    ...tooMany('tokens_per_minute', written.tokensPerMinute),
    ...tooMany('requests_per_minute', written.requestsPerMinute),
    ...tooLong('base_url', written.baseUrl, MAX_URL_CHARACTERS),
    ...tooLong('note', written.note, MAX_NOTE_CHARACTERS),
    ...tooLong('profile', JSON.stringify(written.profile ?? {}), MAX_PROFILE_CHARACTERS),
    ...profileProblems(written.profile ?? {}, written.api),
    ...contradictions(written.profile ?? {}, api),
    ...unstorable({
      base_url: written.baseUrl,
      model: written.model,
      note: written.note,
      profile: written.profile ?? {},
    }),
  ];
  if (!api || problems.length > 0) {
    throw new SwitchyardError(
      'backend.invalid',
      `The backend "${written.name.slice(0, 128)}" is not valid: ${listProblems(problems)} Correct this and apply it again.`,
      {
        details: { problems: problems.map(({ path, reason }) => ({ path, reason })) },
      },
    );
  }
  const { name, baseUrl, model, apiKeyEnv, simulated, note, tokensPerMinute, requestsPerMinute } = written;
  const profile = completeProfile(api, written.profile ?? {});
  return {
    name,
    baseUrl,
    api,
    model,
    profile,
    apiKeyEnv,
    simulated,
    note,
    concurrency: written.concurrency || DEFAULT_CONCURRENCY,
    tokensPerMinute,
    requestsPerMinute,
  };
}

/** The version is always made from the content, whatever was sent: equal profiles have one version. */
function completeProfile(api: WireApiName, written: JsonObject): Profile {
  return defineProfile(initOf(api, written));
}

function initOf(api: WireApiName, written: JsonObject): ProfileInit {
  const content = Object.fromEntries(Object.entries(written).filter(([key]) => key !== 'version'));
  // Checked above as far as this service relies on it; libs/models owns the rest and reads it again.
  return { ...(content as Partial<ProfileInit>), api };
}

/** What has not even the form of a profile is told of that first. */
function contradictions(profile: JsonObject, api: WireApiName | undefined): Problem[] {
  if (api === undefined || !validateProfile(profile)) return [];
  return checkProfile(initOf(api, profile)).map(({ path, reason }) => ({ path: `profile.${path}`, reason }));
}

function tooMany(path: string, value: number): Problem[] {
  return value > MAX_PER_MINUTE ? [{ path, reason: `is at most ${MAX_PER_MINUTE}; leave it out for no limit` }] : [];
}

function tooLong(path: string, text: string, most: number): Problem[] {
  return text.length > most ? [{ path, reason: `has ${text.length} characters, and ${most} are allowed` }] : [];
}

function urlProblems(text: string): Problem[] {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol))
    return [{ path: 'base_url', reason: 'must be a URL that begins with http:// or https://' }];
  const secret =
    url.username !== '' ||
    url.password !== '' ||
    [...url.searchParams.keys()].some((key) => SECRET_PARAMETER.test(key));
  return secret
    ? [
        {
          path: 'base_url',
          reason: 'holds a secret: put it in a variable of the executor and name that in api_key_env',
        },
      ]
    : [];
}

function keyProblems(name: string): Problem[] {
  if (OWN_SECRETS.has(name))
    return [{ path: 'api_key_env', reason: `${name} is the platform's own and is sent to no endpoint` }];
  if (name === '' || ENVIRONMENT_NAME.test(name)) return [];
  return [
    {
      path: 'api_key_env',
      reason: 'must be the name of an environment variable of the executor, not the key itself (keys are never stored)',
    },
  ];
}

function profileProblems(profile: JsonObject, api: string): Problem[] {
  const problems = validateProfile(profile) ? [] : readProblems(validateProfile.errors ?? []);
  const known = Object.keys(defineProfile({ api: 'openai-chat' }));
  for (const key of Object.keys(profile).filter((candidate) => !known.includes(candidate))) {
    const [near] = nearestNames(key, known);
    // What is near no known name may come from a newer libs/models, and is kept.
    if (near !== undefined) problems.push({ path: key, reason: `unknown key. Did you mean "${near}"?` });
  }
  if (profile['api'] !== undefined && profile['api'] !== api)
    problems.push({ path: 'api', reason: `is not the backend's own, "${api.slice(0, 64)}"` });
  return problems.map(({ path, reason }) => ({ path: path === '(root)' ? 'profile' : `profile.${path}`, reason }));
}
