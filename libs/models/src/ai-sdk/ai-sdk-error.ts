import { networkError } from '../client/network-error.js';
import type { JsonObject, JsonValue } from '../json.js';
import { isJsonObject, nonEmptyString } from '../json.js';
import type { ModelErrorKind } from '../model-error.js';
import { ModelError } from '../model-error.js';
import { classifyHttpFailure } from '../wire/classify-http-failure.js';
import { providerErrorOf, streamedError } from '../wire/provider-error.js';
import type { WireTarget } from '../wire/wire-api.js';

/** The SDK's own errors, by their names: its classes may be installed twice. */
const KINDS: ReadonlyMap<string, ModelErrorKind> = new Map(
  Object.entries<ModelErrorKind>({
    AI_LoadAPIKeyError: 'auth',
    AI_LoadSettingError: 'bad_request',
    AI_NoSuchModelError: 'bad_request',
    AI_UnsupportedFunctionalityError: 'bad_request',
    AI_InvalidPromptError: 'bad_request',
    AI_InvalidArgumentError: 'bad_request',
    AI_TypeValidationError: 'malformed',
    AI_JSONParseError: 'malformed',
    AI_InvalidResponseDataError: 'malformed',
    AI_EmptyResponseBodyError: 'malformed',
    AI_NoContentGeneratedError: 'empty_answer',
  }),
);

/**
 * An error of an AI SDK model as a coded one. `answering` tells whether the answer had begun.
 *
 * What nobody knows is an error of the network: that is where an SDK model throws what it did not wrap.
 */
export function aiSdkError(error: unknown, target: WireTarget, answering: boolean): ModelError {
  if (ModelError.is(error)) return error;
  const { name = '', message = '', statusCode, cause } = membersOf(error);
  if (name === 'AI_APICallError') {
    if (typeof statusCode === 'number' && statusCode >= 300) return httpError(error, statusCode, message, target);
    if (typeof statusCode === 'number') return known('malformed', message, target, error);
    return networkError(cause ?? error, target.name, target.model, answering);
  }
  const kind = KINDS.get(name);
  if (kind !== undefined) return known(kind, message, target, error);
  if (name === 'AbortError')
    return new ModelError({ kind: 'cancelled', message: 'The model call was cancelled.', cause: error });
  // What a provider sent within its stream is handed on as it was.
  const sent = error instanceof Error ? undefined : providerErrorOf(sentError(error));
  return sent === undefined ? networkError(error, target.name, target.model, answering) : streamedError(sent, target);
}

function httpError(error: unknown, status: number, message: string, target: WireTarget): ModelError {
  const { responseBody, responseHeaders } = membersOf(error);
  const headers = new Headers();
  if (isJsonObject(responseHeaders)) {
    for (const [header, value] of Object.entries(responseHeaders))
      if (typeof value === 'string') headers.set(header, value);
  }
  const text = typeof responseBody === 'string' && responseBody !== '' ? responseBody : message;
  return classifyHttpFailure({ status, headers, text }, target);
}

function known(kind: ModelErrorKind, message: string, target: WireTarget, cause: unknown): ModelError {
  return new ModelError({ kind, message: `Backend ${target.name} (${target.model}): ${message}`, cause });
}

function sentError(error: unknown): JsonObject {
  const value: JsonValue = typeof error === 'string' || isJsonObject(error) ? error : String(error);
  return { error: value };
}

interface Members {
  name?: string | undefined;
  message?: string | undefined;
  statusCode?: unknown;
  cause?: unknown;
  responseBody?: unknown;
  responseHeaders?: unknown;
}

function membersOf(error: unknown): Members {
  if (typeof error !== 'object' || error === null) return {};
  const at = (key: string): unknown => (key in error ? Reflect.get(error, key) : undefined);
  return {
    name: nonEmptyString(at('name')),
    message: nonEmptyString(at('message')),
    statusCode: at('statusCode'),
    cause: at('cause'),
    responseBody: at('responseBody'),
    responseHeaders: at('responseHeaders'),
  };
}
