import type { JsonObject } from '../../json.js';
import { isJsonObject, nonEmptyString, parseJson } from '../../json.js';
import type { ModelErrorKind } from '../../model-error.js';
import { ModelError } from '../../model-error.js';
import { classifyHttpFailure } from '../classify-http-failure.js';
import { saysOverflow } from '../overflow.js';
import { kindOfError } from '../provider-error.js';
import type { HttpFailure, WireTarget } from '../wire-api.js';

/** The exceptions of the service's model and of AWS's front door, in lower case, without `Exception`. */
const KINDS: ReadonlyMap<string, ModelErrorKind> = new Map(
  Object.entries<ModelErrorKind>({
    throttling: 'rate_limited',
    throttled: 'rate_limited',
    toomanyrequests: 'rate_limited',
    servicequotaexceeded: 'quota',
    accessdenied: 'auth',
    unrecognizedclient: 'auth',
    invalidsignature: 'auth',
    incompletesignature: 'auth',
    signaturedoesnotmatch: 'auth',
    expiredtoken: 'auth',
    invalidclienttokenid: 'auth',
    missingauthenticationtoken: 'auth',
    notauthorized: 'auth',
    validation: 'bad_request',
    serialization: 'bad_request',
    resourcenotfound: 'bad_request',
    conflict: 'bad_request',
    modeltimeout: 'timeout',
    modelnotready: 'unavailable',
    modelerror: 'unavailable',
    modelstreamerror: 'unavailable',
    serviceunavailable: 'overloaded',
    internalserver: 'unavailable',
    internalfailure: 'unavailable',
  }),
);

/** Kinds that a text about length may refine: a model's own refusal comes wrapped in any of these. */
const MAY_BE_OVERFLOW: ReadonlySet<ModelErrorKind> = new Set(['bad_request', 'unavailable']);

/** Makes one coded error of an HTTP answer: the exception's name is in a header, its message in the body. */
export function classifyBedrockFailure(failure: HttpFailure, target: WireTarget): ModelError {
  const body = parseJson(failure.text);
  const record: JsonObject = isJsonObject(body) ? body : {};
  const type = failure.headers.get('x-amzn-errortype') ?? nonEmptyString(record['__type']) ?? '';
  const message = messageOf(record);
  if (message === undefined && type === '') return classifyHttpFailure(failure, target);
  const text = JSON.stringify({ error: { message: told(message ?? type), type: exceptionName(type) } });
  return classifyHttpFailure({ ...failure, text }, target, kindOf(type, message ?? ''));
}

/** An exception within a stream that began with 200. */
export function streamedException(error: JsonObject, target: WireTarget): ModelError {
  const type = exceptionName(nonEmptyString(error['type']) ?? '');
  const message = told(nonEmptyString(error['originalMessage']) ?? messageOf(error) ?? 'no explanation');
  return new ModelError({
    // Gateways that imitate this wire use other names.
    kind:
      kindOf(type, message) ??
      kindOfError({ type, message, status: undefined, retryDelayMs: undefined }) ??
      'unavailable',
    message: `Backend ${target.name} broke off its answer: ${type === '' ? message : `${type}: ${message}`}`,
  });
}

function kindOf(type: string, message: string): ModelErrorKind | undefined {
  const name = exceptionName(type)
    .replace(/(Exception|Error)$/i, '')
    .toLowerCase();
  // Some names end with what was cut off here: ModelErrorException, ModelStreamErrorException.
  const kind = KINDS.get(name);
  const refinable = kind === undefined || MAY_BE_OVERFLOW.has(kind);
  return refinable && saysOverflow(message) ? 'overflow' : kind;
}

/** `ThrottlingException`, of `ThrottlingException:http://internal.amazon.com/…` or `com.amazon.coral#ThrottlingException`. */
function exceptionName(type: string): string {
  return type.replace(/:.*$/s, '').replace(/^.*#/s, '').trim();
}

function messageOf(record: JsonObject): string | undefined {
  return nonEmptyString(record['message']) ?? nonEmptyString(record['Message']);
}

/** A wrong signature is explained with the request as it should have been signed, session token included. */
function told(message: string): string {
  return message.replace(/\s*The Canonical String for this request should have been[\s\S]*$/i, '').slice(0, 1_000);
}
