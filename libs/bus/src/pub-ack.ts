import { JetStreamApiError, type PubAck } from '@nats-io/jetstream';
import type { Msg } from '@nats-io/transport-node';

type Answer = Partial<PubAck> & { error?: ConstructorParameters<typeof JetStreamApiError>[0] };

/**
 * What JetStream says to a published message, `{"stream":…,"seq":…}` or `{"error":…}`.
 *
 * @throws JetStreamApiError what the server refused it for
 */
export function pubAckOf(msg: Pick<Msg, 'json'>): PubAck {
  const { error, stream = '', seq = 0, duplicate = false, domain = '' } = msg.json<Answer>();
  if (error) throw new JetStreamApiError(error);
  if (stream === '') throw new Error('the answer names no stream');
  return { stream, seq, duplicate, domain };
}
