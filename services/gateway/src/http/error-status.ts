import type { ErrorInfo } from '@switchyard/contracts';

/** Codes whose status does not follow from their last word. */
const BY_CODE: Readonly<Record<string, number>> = {
  'key.missing': 401,
  'key.invalid': 401,
  'key.scope': 403,
  'task.too_large': 413,
  'input.too_large': 413,
  'bus.too_large': 413,
  'http.body_too_large': 413,
  'bundle.too_large': 413,
  'bundle.other_tenant': 403,
  'http.unsupported_media_type': 415,
  'http.bad_request': 400,
  'http.host_refused': 421,
  'rate.limited': 429,
  'stream.too_many': 429,
  'task.conflict': 409,
  'swap.same_backend': 409,
  'swap.same_version': 409,
  'run.already_ended': 409,
  'run.same_backend': 409,
  'run.switch_limit': 409,
  'run.fork_open_calls': 409,
  'run.fork_past_end': 409,
  'run.entry_not_found': 404,
  'routing.revision_not_found': 404,
  'redrive.effect_unknown': 409,
  'redrive.not_failed': 409,
  'redrive.run_ended': 409,
  'redrive.nothing_waits': 409,
  'thread.busy': 409,
  'effect.not_unknown': 409,
  'effect.decided': 409,
  'effect.attempt_changed': 409,
  'effect.result_too_large': 413,
  'run.asks_nothing': 409,
  'run.already_answered': 409,
  'run.input_limit': 409,
  'approval.not_waiting': 409,
  'journal.conflict': 409,
  'rpc.timeout': 504,
  'tool.version_not_found': 404,
  'question.answered': 409,
  'question.invalid_answer': 400,
  'tool_server.unknown_login': 400,
  'tool_server.no_login': 409,
  'tool_server.login_required': 409,
  'tool_server.authorisation_failed': 502,
  'tool_server.issuer_changed': 502,
  'tool_server.scope_refused': 502,
  'secrets.no_key': 409,
  'tool_server.unsupported': 404,
  'tool_server.reply_too_large': 502,
  'tool.timeout': 504,
  'tool.failed': 502,
  internal: 500,
};

/** A family's last word says what kind of mistake it is: `agent.not_found`, `suite.invalid`. */
const BY_LAST_WORD: Readonly<Record<string, number>> = {
  not_found: 404,
  invalid: 400,
  invalid_arguments: 400,
  malformed: 400,
  conflict: 409,
  exists: 409,
};

/**
 * The HTTP status of an error. What no table names: 400 for contracts, 502 for models, 503 where trying again may help,
 * else 422 (understood, and not to be done as asked).
 */
export function statusOf(error: Pick<ErrorInfo, 'code' | 'retryable'>): number {
  const family = error.code.split('.', 1)[0] ?? '';
  const lastWord = error.code.slice(error.code.lastIndexOf('.') + 1);
  const known = BY_CODE[error.code] ?? BY_LAST_WORD[lastWord];
  if (known !== undefined) return known;
  if (family === 'contract') return 400;
  if (family === 'model') return 502;
  return error.retryable ? 503 : 422;
}
