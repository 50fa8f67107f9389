import type { DescMessage, MessageInitShape, MessageShape } from '@bufbuild/protobuf';
import { InvalidArgumentError, NoRespondersError, TimeoutError } from '@nats-io/transport-node';
import { decodeOfService, encode, SwitchyardError } from '@switchyard/contracts';
import { asService, MESSAGING, SpanKind, withSpan } from '@switchyard/telemetry';
import type { Bus, RequestOptions } from '../bus.js';
import { outgoingHeaders } from '../trace/headers.js';
import { errorOfReply } from './error-reply.js';

const DEFAULT_TIMEOUT_MS = 5_000;

export interface ExchangeTarget {
  subject: string;
  /** The span's name. */
  name: string;
  /** Who is asked, for messages to people. */
  who: string;
}

/** One request and its reply over core NATS: the caller's half of the RPC protocol. */
export function exchange<I extends DescMessage, O extends DescMessage>(
  bus: Bus,
  target: ExchangeTarget,
  input: I,
  output: O,
  init: MessageInitShape<I>,
  options: RequestOptions,
): Promise<MessageShape<O>> {
  const attributes = {
    [MESSAGING.system]: 'nats',
    [MESSAGING.destination]: target.subject,
    [MESSAGING.operation]: 'request',
    'rpc.system': 'nats',
  };
  const run = () =>
    withSpan(target.name, { kind: SpanKind.CLIENT, attributes }, async () => {
      const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
      const deadline = Date.now() + timeoutMs;
      if (!bus.connection.isUp) await bus.connection.up(timeoutMs);
      await options.beforeSend?.();
      const reply = await abortable(
        bus.requests.ask(target.subject, encode(input, init), {
          timeoutMs: Math.max(1, deadline - Date.now()),
          headers: outgoingHeaders(options.headers),
        }),
        options.signal,
        target.who,
      ).catch((cause: unknown) => {
        throw requestError(target, timeoutMs, cause);
      });
      const failure = errorOfReply(reply);
      if (failure) throw failure;
      return decodeOfService(output, reply.data);
    });
  return asService(bus.name, run);
}

/** NATS cannot take a request back: the reply of an aborted one is dropped when it comes. */
async function abortable<T>(work: Promise<T>, signal: AbortSignal | undefined, who: string): Promise<T> {
  if (!signal) return work;
  const aborted = () =>
    new SwitchyardError('rpc.aborted', `The request to ${who} was given up by the caller.`, { cause: signal.reason });
  let onAbort: (() => void) | undefined;
  const abort = new Promise<never>((_, reject) => {
    onAbort = () => reject(aborted());
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work, abort]);
  } finally {
    if (onAbort) signal.removeEventListener('abort', onAbort);
    // Whichever lost the race must not surface as an unhandled rejection.
    work.catch(() => undefined);
    abort.catch(() => undefined);
  }
}

function requestError(target: ExchangeTarget, timeoutMs: number, cause: unknown): SwitchyardError {
  if (cause instanceof SwitchyardError) return cause;
  const details = { subject: target.subject };
  if (cause instanceof NoRespondersError) {
    return new SwitchyardError(
      'rpc.unavailable',
      `Nobody answers for ${target.who}: the service is not running, or this method is unknown to it. Start it, or try again.`,
      { retryable: true, details, cause },
    );
  }
  if (cause instanceof TimeoutError) {
    return new SwitchyardError(
      'rpc.timeout',
      `${target.who} did not answer within ${timeoutMs} ms. It may still finish; try again.`,
      {
        retryable: true,
        details: { ...details, timeout_ms: timeoutMs },
        cause,
      },
    );
  }
  const reason = cause instanceof Error ? cause.message : String(cause);
  const large = cause instanceof InvalidArgumentError && /payload/i.test(reason);
  return new SwitchyardError(large ? 'bus.too_large' : 'bus.unavailable', `Could not ask ${target.who}: ${reason}.`, {
    retryable: !large,
    details,
    cause,
  });
}
