import { userMessage } from '../messages/message-helpers.js';
import { ModelError } from '../model-error.js';
import type { Backend } from '../profile/backend.js';
import { defineProfile } from '../profile/profile.js';
import type { Candidate } from './candidates.js';
import type { Observation } from './experiment.js';
import { isRefusal, refusalOf } from './experiment.js';
import type { ProfileMembers } from './finding.js';
import type { ProbeClient } from './probe-client.js';
import { probeError } from './probe-error.js';

/** A wire API that was answered, and how the smallest request had to be written. */
export interface Identified {
  candidate: Candidate;
  members: ProfileMembers;
  seen: Observation & { ok: true };
}

export const SMALLEST = 'Reply with the one word: ready';
/** Enough for a word, and for a model that thinks before it. */
const SMALLEST_OUTPUT_TOKENS = 256;

/** Failures after which no other wire API is worth a request. */
const FINAL = new Set(['quota', 'timeout', 'cancelled', 'rate_limited', 'overloaded']);
/** What speaks the API and gave no answer this time. */
const SPOKEN = new Set(['overflow', 'refused']);

/**
 * Sends the smallest request over one wire API after the other, until one is answered.
 *
 * @throws ModelError `model.auth`, `probe.moved`, `model.not_found`, `probe.web_page`, `probe.no_api`, or what the network did
 */
export async function identify(
  client: ProbeClient,
  candidates: readonly Candidate[],
  nameAndModel: Pick<Backend, 'name' | 'model' | 'apiKeyEnv'>,
  onTry: (candidate: Candidate) => void,
): Promise<Identified> {
  const failures: { candidate: Candidate; error: ModelError }[] = [];
  for (const candidate of candidates) {
    onTry(candidate);
    const found = await tryApi(client, candidate, nameAndModel);
    if (!ModelError.is(found)) return found;
    failures.push({ candidate, error: found });
    const refusedKey = found.kind === 'auth' && isLast(candidates, candidate, found);
    if (FINAL.has(found.kind) || SPOKEN.has(found.kind) || refusedKey) throw found;
    if (found.code === 'model.unreachable') throw found;
    if (found.status !== undefined && found.status >= 300 && found.status < 400)
      throw probeError('moved', found.message, { status: found.status });
    if (saysUnknownModel(found, nameAndModel.model))
      throw new ModelError({
        kind: 'bad_request',
        code: 'model.not_found',
        message: `The endpoint speaks ${candidate.api} and does not know the model "${nameAndModel.model}": ${refusalOf(found)}`,
        status: found.status,
      });
  }
  throw noApi(failures, candidates);
}

async function tryApi(
  client: ProbeClient,
  { api, baseUrl }: Candidate,
  backend: Pick<Backend, 'name' | 'model' | 'apiKeyEnv'>,
): Promise<(Omit<Identified, 'candidate'> & { candidate: Candidate }) | ModelError> {
  const candidate = { api, baseUrl, why: '' };
  let last: ModelError | undefined;
  for (const first of FIRST_MEMBERS) {
    const members = api === 'ollama' ? { ...first, contextWindow: OLLAMA_WINDOW } : first;
    const profile = defineProfile({ api, ...members, capabilities: { streaming: false, ...members.capabilities } });
    const seen = await client.ask(
      { ...backend, api, baseUrl, profile },
      { messages: [userMessage(SMALLEST)], maxOutputTokens: SMALLEST_OUTPUT_TOKENS },
    );
    if (seen.ok) return { candidate, members, seen };
    last = seen.error;
    // Only a refusal that names one of these is asked about again.
    if (!/max_completion_tokens|stream/iu.test(last.message)) break;
  }
  return last ?? probeError('no_api', 'Nothing was asked.');
}

/** Ollama serves the window that a request asks for, and loads the model anew for it: a large one may not fit the machine. */
export const OLLAMA_WINDOW = 8_192;

/** How the smallest request is written: by default, as OpenAI's newer models want it, and as a stream, which is all that some give. */
const FIRST_MEMBERS: readonly ProfileMembers[] = [
  {},
  { maxTokensField: 'max_completion_tokens' },
  { capabilities: { streaming: true }, streamUsage: false },
];

/**
 * A refused key ends the probe at once, but for one case: Anthropic and Gemini have the key in another header than most, so that their
 * word about a key that was sent as a bearer's says nothing.
 */
function isLast(candidates: readonly Candidate[], { api }: Candidate, error: ModelError): boolean {
  const others = candidates.filter((each) => each.api === 'anthropic' || each.api === 'gemini');
  const asksForHeader = /x-api-key|x-goog-api-key/iu.test(error.message);
  return !(asksForHeader && api !== 'anthropic' && api !== 'gemini' && others.length > 0);
}

/** A path that is not there is a 404 as well; only the words tell the two apart. */
function saysUnknownModel(error: ModelError, model: string): boolean {
  if (error.status !== 404 && error.status !== 400) return false;
  const said = refusalOf(error);
  if (/unknown (?:request )?url|invalid url|no route|cannot (?:post|get)/iu.test(said)) return false;
  const aboutModel = said.includes(model) || /model_not_found/iu.test(said);
  return aboutModel && /not found|does not exist|not exist|unknown|no access|not available|invalid model/iu.test(said);
}

function noApi(
  failures: readonly { candidate: Candidate; error: ModelError }[],
  candidates: readonly Candidate[],
): ModelError {
  const place = candidates[0]?.baseUrl ?? '';
  const auth = failures.find(({ error }) => error.kind === 'auth');
  if (auth !== undefined) return auth.error;
  if (failures.length > 0 && failures.every(({ error }) => /answered with a web page/u.test(error.message)))
    return probeError(
      'web_page',
      `${place} answers with a web page: take the base URL of the API, most often the one that ends with /v1.`,
    );
  // Where one API was understood and refused, its words help more than the list.
  const understood = failures.find(({ error }) => isRefusal(error) && error.status !== 404 && error.status !== 405);
  if (understood !== undefined && candidates.every(({ api }) => api === understood.candidate.api))
    return understood.error;
  const tried = failures.map(({ candidate, error }) => `${candidate.api}: ${refusalOf(error)}`);
  return probeError(
    'no_api',
    `Nothing at ${place} answers as a model does. Tried ${tried.join('; ')}. Check the URL, or name the API.`,
  );
}
