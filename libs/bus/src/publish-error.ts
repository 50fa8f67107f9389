import { JetStreamApiError } from '@nats-io/jetstream';
import { InvalidArgumentError, NoRespondersError, RequestError } from '@nats-io/transport-node';
import { SwitchyardError } from '@switchyard/contracts';

/** A failed publish as an error with a code. JetStream says "not enabled" where no stream takes the subject. */
export function publishError(subject: string, cause: unknown): SwitchyardError {
  if (cause instanceof SwitchyardError) return cause;
  const details = { subject };
  const reason = cause instanceof Error ? cause.message : String(cause);
  if (cause instanceof JetStreamApiError) {
    const full = /maximum|exceed|insufficient|resource/i.test(reason);
    return new SwitchyardError(
      full ? 'bus.full' : 'bus.refused',
      `JetStream refused a message on ${subject}: ${reason}.`,
      {
        retryable: true,
        details: { ...details, server_code: cause.code },
        cause,
      },
    );
  }
  if (isNotServed(cause)) {
    return new SwitchyardError(
      'bus.no_stream',
      `No stream takes ${subject}: the streams are missing, or NATS runs without JetStream (start it with -js).`,
      { retryable: true, details, cause },
    );
  }
  if (cause instanceof InvalidArgumentError && /payload/i.test(reason)) {
    return new SwitchyardError('bus.too_large', `The message for ${subject} is larger than NATS takes: ${reason}.`, {
      details,
      cause,
    });
  }
  return new SwitchyardError('bus.unavailable', `NATS did not confirm a message on ${subject}: ${reason}.`, {
    retryable: true,
    details,
    cause,
  });
}

/** Whether nobody listens to a JetStream request; the client says so in three ways, and keeps one class to itself. */
export function isNotServed(cause: unknown): boolean {
  if (cause instanceof NoRespondersError) return true;
  if (cause instanceof RequestError) return cause.isNoResponders();
  return cause instanceof Error && cause.name === 'JetStreamNotEnabled';
}
