import type { JsonObject, JsonValue } from '../json.js';
import { isJsonObject, nonEmptyString } from '../json.js';
import type { ModelErrorKind } from '../model-error.js';
import { ModelError } from '../model-error.js';
import { overflowLimits } from './overflow-limits.js';
import { saysOverflow } from './overflow.js';
import type { WireTarget } from './wire-api.js';

/** What a provider says about a failure, whatever envelope it uses. */
export interface ProviderError {
  message: string;
  /** Its type and code, joined: `invalid_request_error context_length_exceeded`. */
  type: string;
  /** An HTTP status within the body (OpenRouter, Gemini, vLLM). */
  status: number | undefined;
  /** `google.rpc.RetryInfo`, in milliseconds. */
  retryDelayMs: number | undefined;
}

/** Finds the error in a body or a stream event; undefined if it holds none. */
export function providerErrorOf(data: JsonValue | undefined): ProviderError | undefined {
  const body = Array.isArray(data) ? data[0] : data; // Gemini wraps errors in an array
  if (!isJsonObject(body)) return undefined;
  const { error } = body;
  if (isJsonObject(error)) return readError(error);
  if (nonEmptyString(error) !== undefined) return readError({ ...body, message: error });
  // vLLM and Mistral put an error at the root and name it so.
  if (body['object'] === 'error' || body['type'] === 'error') return readError(body);
  return undefined;
}

/** Where an error within a stream has no words for its kind, but the status that it would have had (OpenRouter). */
const KINDS_BY_STATUS: ReadonlyMap<number, ModelErrorKind> = new Map([
  [401, 'auth'],
  [402, 'quota'],
  [403, 'auth'],
  [408, 'timeout'],
  [429, 'rate_limited'],
  [503, 'overloaded'],
  [529, 'overloaded'],
]);

/** As an exception: an error object within a stream that began with 200. */
export function streamedError(error: ProviderError, target: WireTarget): ModelError {
  const kind = kindOfError(error) ?? KINDS_BY_STATUS.get(error.status ?? 0) ?? 'unavailable';
  return new ModelError({
    kind,
    message: `Backend ${target.name} broke off its answer: ${error.message}`,
    status: error.status,
    retryAfterMs: error.retryDelayMs,
    ...(kind === 'overflow' ? { limits: overflowLimits(error.message) } : {}),
  });
}

/** The kind that type, code and text of an error tell; undefined if they tell none. */
export function kindOfError(error: ProviderError): ModelErrorKind | undefined {
  const words = `${error.type} ${error.message}`;
  if (
    /insufficient_quota|billing_|insufficient (balance|credit|fund)|credit balance is too low|exceeded_current_quota/i.test(
      words,
    )
  ) {
    return 'quota';
  }
  if (saysOverflow(words)) return 'overflow';
  if (
    /content_?filter|content_policy|content management policy|safety system|data_inspection_failed|invalid_prompt|violating our usage policy/i.test(
      words,
    )
  )
    return 'refused';
  if (/overloaded|over capacity|at capacity|engine_overloaded|slow_down/i.test(words)) return 'overloaded';
  if (/rate[_ ]?limit|too many requests|throttl|RESOURCE_EXHAUSTED/i.test(words)) return 'rate_limited';
  if (
    /authentication_error|invalid_api_key|api key not valid|API_KEY_INVALID|api key expired|UNAUTHENTICATED|PERMISSION_DENIED|permission_error|incorrect api key|unauthorized/i.test(
      words,
    )
  )
    return 'auth';
  if (
    /not_found_error|model_not_found|invalid_request|INVALID_ARGUMENT|FAILED_PRECONDITION|invalid_image|invalid_base64_image|unsupported_image|image_(too|parse|file)|failed_to_download_image/i.test(
      words,
    )
  )
    return 'bad_request';
  return undefined;
}

function readError(error: JsonObject): ProviderError {
  const nested = isJsonObject(error['metadata']) ? nonEmptyString(error['metadata']['raw']) : undefined; // OpenRouter
  const words = [error['type'], error['code'], error['status']].filter((word) => typeof word === 'string');
  const status = [error['code'], error['status'], error['status_code']].find(
    (value): value is number => typeof value === 'number' && value >= 400 && value < 600,
  );
  const message = nonEmptyString(error['message']) ?? nonEmptyString(error['detail']) ?? JSON.stringify(error);
  return {
    message: (nested === undefined ? message : `${message}: ${nested}`).slice(0, 1_000),
    type: words.join(' '),
    status,
    retryDelayMs: retryDelay(error['details']),
  };
}

/** Gemini: `details: [{"@type": "…google.rpc.RetryInfo", "retryDelay": "34.4s"}]`. */
function retryDelay(details: JsonValue | undefined): number | undefined {
  if (!Array.isArray(details)) return undefined;
  for (const detail of details) {
    const match = isJsonObject(detail) ? /^([\d.]+)s$/.exec(nonEmptyString(detail['retryDelay']) ?? '') : null;
    if (match !== null) return Math.ceil(Number(match[1]) * 1_000);
  }
  return undefined;
}
