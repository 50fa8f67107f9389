import { connect, type NatsConnection } from '@nats-io/transport-node';
import { SwitchyardError } from '@switchyard/contracts';

/** @param text addresses with commas between, user and password in the first. @throws SwitchyardError `bus.unreachable` */
export async function openConnection(text: string): Promise<NatsConnection> {
  const urls = text.split(',').map((part) => new URL(part.includes('://') ? part.trim() : `nats://${part.trim()}`));
  const user = decodeURIComponent(urls[0]?.username ?? '');
  const pass = decodeURIComponent(urls[0]?.password ?? '');
  const credentials = user === '' ? {} : pass === '' ? { token: user } : { user, pass };
  const servers = urls.map(({ host, protocol }) => `${protocol === 'tls:' ? 'tls' : 'nats'}://${host}`);
  try {
    return await connect({ servers, ...credentials, maxReconnectAttempts: -1 });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SwitchyardError(
      'bus.unreachable',
      `Cannot reach NATS at ${servers.join(', ')}: ${reason}. Is the system running?`,
      { retryable: true, cause },
    );
  }
}
