/** What went wrong with a model call, in the words on which callers decide. A closed set. */
export const MODEL_ERROR_KINDS = [
  /** Too many requests or tokens for now; come back after `retryAfterMs`. */
  'rate_limited',
  /** The provider is at its limit for everybody. */
  'overloaded',
  /** The account has no more credit or quota: waiting does not help. */
  'quota',
  /** The key is missing, wrong, or lacks the permission. */
  'auth',
  /** The request does not fit the context window. */
  'overflow',
  /** The provider refused the content. */
  'refused',
  /** The answer is not what the wire API promises. */
  'malformed',
  /** The answer is whole and says nothing: no text, no call. Reasoning alone answers nobody. */
  'empty_answer',
  /** The answer is larger than `MAX_ANSWER_BYTES`. */
  'answer_too_large',
  /** The stream ended before the answer did. */
  'broken_stream',
  /** The endpoint cannot be reached or failed inside. */
  'unavailable',
  /** The endpoint did not answer in time. */
  'timeout',
  /** The request itself is wrong: a wrong model id, a schema the provider does not take. */
  'bad_request',
  /** The caller aborted. */
  'cancelled',
] as const;

export type ModelErrorKind = (typeof MODEL_ERROR_KINDS)[number];

/** Kinds that may succeed when the same request is sent again. */
const RETRYABLE: ReadonlySet<ModelErrorKind> = new Set([
  'rate_limited',
  'overloaded',
  'broken_stream',
  'unavailable',
  'timeout',
  'malformed',
  'empty_answer',
]);

/** What an endpoint says of an overflow, in its own tokens. Each only where it is said. */
export interface OverflowLimits {
  /** The window that it really serves, or the longest prompt that it takes. */
  window?: number;
  /** What the request's input came to. */
  input?: number;
  /** What the request wanted for the answer. */
  output?: number;
}

export interface ModelErrorInit {
  kind: ModelErrorKind;
  /** What happened, why, and what to do. Never contains the API key. */
  message: string;
  /** Finer than the kind, e.g. `model.timeout.first_byte`. Default: `model.<kind>`. */
  code?: string;
  /** Default: by kind. */
  retryable?: boolean;
  /** How long the provider asks to wait, in milliseconds. */
  retryAfterMs?: number | undefined;
  /** The HTTP status, where there was one. */
  status?: number | undefined;
  /** Of an overflow. */
  limits?: OverflowLimits | undefined;
  cause?: unknown;
}

/** The one error that this library throws for what a model, an endpoint or a network did. */
export class ModelError extends Error {
  override readonly name = 'ModelError';
  readonly code: string;
  readonly kind: ModelErrorKind;
  readonly retryable: boolean;
  readonly retryAfterMs?: number;
  readonly status?: number;
  readonly limits?: OverflowLimits;

  constructor(init: ModelErrorInit) {
    super(init.message, init.cause === undefined ? undefined : { cause: init.cause });
    this.kind = init.kind;
    this.code = init.code ?? `model.${init.kind}`;
    this.retryable = init.retryable ?? RETRYABLE.has(init.kind);
    if (init.retryAfterMs !== undefined) this.retryAfterMs = init.retryAfterMs;
    if (init.status !== undefined) this.status = init.status;
    if (init.limits !== undefined) this.limits = init.limits;
  }

  /** Recognises the class across duplicate installations of this library. */
  static is(value: unknown): value is ModelError {
    return (
      typeof value === 'object' && value !== null && 'name' in value && value.name === 'ModelError' && 'kind' in value
    );
  }
}
