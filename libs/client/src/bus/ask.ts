import {
  InvalidArgumentError,
  NoRespondersError,
  RequestError,
  TimeoutError,
  type Msg,
  type MsgHdrs,
  type NatsConnection,
} from '@nats-io/transport-node';
import { SwitchyardError } from '@switchyard/contracts';

const TIMEOUT_MS = 5_000;

/**
 * One request and its reply.
 *
 * @throws SwitchyardError `bus.unavailable` (nobody listens, or no connection) and `bus.timeout`, both retryable;
 *   `task.too_large`: of all that is asked, only a task can be
 */
export async function ask(nc: NatsConnection, subject: string, body: string, headers?: MsgHdrs): Promise<Msg> {
  try {
    return await nc.request(subject, body, { timeout: TIMEOUT_MS, ...(headers ? { headers } : {}) });
  } catch (cause) {
    throw failure(nc, subject, body, cause);
  }
}

function failure(nc: NatsConnection, subject: string, body: string, cause: unknown): SwitchyardError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  if (cause instanceof InvalidArgumentError && /payload/i.test(reason)) {
    const [bytes, limit] = [Buffer.byteLength(body), nc.info?.max_payload ?? 0];
    const message = `The task has ${bytes} bytes, and the bus takes ${limit}. Put large content into a file or a page that a tool can read.`;
    return new SwitchyardError('task.too_large', message, { details: { bytes, limit }, cause });
  }
  if (cause instanceof NoRespondersError || (cause instanceof RequestError && cause.isNoResponders())) {
    const message = `Nobody listens on ${subject}. Is the system running, and is this its prefix?`;
    return new SwitchyardError('bus.unavailable', message, { retryable: true, cause });
  }
  if (cause instanceof TimeoutError) {
    const message = `No answer on ${subject} within ${TIMEOUT_MS / 1_000} s. What was asked may still be done: ask again with the same idempotency key.`;
    return new SwitchyardError('bus.timeout', message, { retryable: true, cause });
  }
  return new SwitchyardError('bus.unavailable', `Cannot ask on ${subject}: ${reason}.`, { retryable: true, cause });
}
