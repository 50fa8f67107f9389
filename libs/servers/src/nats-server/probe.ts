import { connect } from 'node:net';
import type { Credentials } from '../credentials.js';
import { loopback } from '../process/ports.js';

/**
 * Whether the server on this port accepts these credentials and answers a ping: the client protocol's INFO, CONNECT,
 * PING, PONG, without a client library. Source: docs.nats.io, "Client Protocol".
 */
export function answersPing(port: number, { user, password }: Credentials, timeoutMs = 1_000): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: loopback });
    let received = '';
    const finish = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(timeoutMs, () => finish(false));
    socket.once('error', () => finish(false));
    socket.once('close', () => resolve(false));
    socket.on('data', (chunk) => {
      const greeted = received.includes('\r\n');
      received += chunk.toString('utf8');
      if (!greeted && received.startsWith('INFO') && received.includes('\r\n')) {
        const options = {
          user,
          pass: password,
          verbose: false,
          pedantic: false,
          lang: 'probe',
          version: '1',
          protocol: 1,
        };
        socket.write(`CONNECT ${JSON.stringify(options)}\r\nPING\r\n`);
      }
      if (received.includes('PONG\r\n')) finish(true);
      if (received.includes('-ERR')) finish(false);
    });
  });
}

/** Whether JetStream has recovered its streams, by the monitoring port. */
export async function isHealthy(monitorUrl: string): Promise<boolean> {
  try {
    const response = await fetch(`${monitorUrl}/healthz`, { signal: AbortSignal.timeout(1_000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    // Not listening yet: the caller asks again until its deadline.
    return false;
  }
}
