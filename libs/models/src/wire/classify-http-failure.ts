import { parseJson } from '../json.js';
import type { ModelErrorKind } from '../model-error.js';
import { ModelError } from '../model-error.js';
import { overflowLimits } from './overflow-limits.js';
import type { ProviderError } from './provider-error.js';
import { kindOfError, providerErrorOf } from './provider-error.js';
import { retryAfterOf } from './retry-after.js';
import type { HttpFailure, WireTarget } from './wire-api.js';

/** What to do, in the words that end the message. */
const ADVICE: Partial<Record<ModelErrorKind, string>> = {
  auth: 'Check the API key and what it may do.',
  quota: 'The account has no credit left: waiting does not help.',
  overflow: 'The conversation is longer than this backend takes.',
  rate_limited: 'Slow down, or wait.',
  overloaded: 'The provider is overloaded; try again later.',
  unavailable: 'The provider failed; try again.',
};

/** Makes one coded error of an HTTP answer that is not a success. `known` is a kind that the wire can tell for certain. */
export function classifyHttpFailure(failure: HttpFailure, target: WireTarget, known?: ModelErrorKind): ModelError {
  const { status, headers, text } = failure;
  const error = providerErrorOf(parseJson(text)) ?? plainError(text);
  const retryAfterMs = retryAfterOf(headers, error.message) ?? error.retryDelayMs;
  const kind = known ?? (hasNoBody(failure) ? 'overflow' : kindOf(status, error, retryAfterMs));
  const said = sentence(error.message === '' ? 'no explanation' : error.message);
  const advice = status === 404 ? 'Check the model id and the base URL.' : ADVICE[kind];
  return new ModelError({
    kind,
    ...(status === 404 ? { code: 'model.not_found' } : {}),
    message: `Backend ${target.name} (${target.model}) answered ${status}: ${said}${advice === undefined ? '' : ` ${advice}`}`,
    status,
    retryAfterMs,
    ...(kind === 'overflow' ? { limits: overflowLimits(error.message) } : {}),
    ...toldRetry(kind, headers.get('x-should-retry')),
  });
}

/** 400 and 413 without a word are Cerebras's way to say that the prompt is too long. Whoever else finds a fault names it. */
function hasNoBody({ status, text }: HttpFailure): boolean {
  return (status === 400 || status === 413) && text.trim() === '';
}

/** Kinds that the same request meets again, whatever a server hopes. */
const LASTING: ReadonlySet<ModelErrorKind> = new Set(['quota', 'auth', 'overflow', 'refused']);

/** OpenAI's servers say so themselves when a retry is useless, or is not. */
function toldRetry(kind: ModelErrorKind, told: string | null): { retryable?: boolean } {
  if (told === 'false') return { retryable: false };
  return told === 'true' && !LASTING.has(kind) ? { retryable: true } : {};
}

/** Whole, so that the advice can follow it. */
function sentence(text: string): string {
  const trimmed = text.trimEnd();
  return /[.!?…]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}

function kindOf(status: number, error: ProviderError, retryAfterMs: number | undefined): ModelErrorKind {
  const told = kindOfError(error);
  switch (status) {
    case 401:
    case 403:
      return told === 'refused' || told === 'quota' ? told : 'auth';
    case 402:
      return 'quota';
    case 404:
      return 'bad_request';
    case 408:
      return 'timeout';
    case 413:
      return told === 'rate_limited' ? 'rate_limited' : 'overflow'; // Groq answers 413 to "tokens per minute"
    case 429:
      // "You exceeded your current quota" with a delay is a rate limit (Gemini); without one it is the account.
      if (told === 'quota') return 'quota';
      if (told === 'overloaded') return 'overloaded';
      return retryAfterMs === undefined && /exceeded your current quota/i.test(error.message)
        ? 'quota'
        : 'rate_limited';
    case 503:
    case 529:
      return 'overloaded';
    default:
      break;
  }
  if (status >= 500)
    return told === 'overflow' || told === 'overloaded' || told === 'rate_limited' ? told : 'unavailable';
  if (status >= 300 && status < 400) return 'bad_request';
  return told === 'unavailable' || told === undefined ? 'bad_request' : told;
}

function plainError(text: string): ProviderError {
  const body = parseJson(text);
  const record = typeof body === 'object' && body !== null && !Array.isArray(body) ? body : {};
  const said = record['message'] ?? record['detail'] ?? text;
  const message = (typeof said === 'string' ? said : JSON.stringify(said)).trim();
  // A proxy's HTML page explains nothing.
  return {
    message: /^<(!doctype|html)/i.test(message) ? '' : message.slice(0, 500),
    type: '',
    status: undefined,
    retryDelayMs: undefined,
  };
}
