import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { SwitchyardError } from '@switchyard/contracts';

export const loopback = '127.0.0.1';

/**
 * Below the ports that the kernel gives to outgoing connections (from 32,768 on Linux): one of those may be in use again by
 * the time that a server wants to listen on it.
 */
const SERVER_PORTS = { from: 20_000, to: 32_000 };
const ATTEMPTS = 1_000;

/** Whether a server could listen on this port of 127.0.0.1 now. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: loopback, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** A port that nobody listens on now. Somebody may take it before it is used: see `onPort`. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const port = randomInt(SERVER_PORTS.from, SERVER_PORTS.to);
    if (await isPortFree(port)) return port;
  }
  throw new SwitchyardError(
    'servers.no_port',
    `No port from ${SERVER_PORTS.from} to ${SERVER_PORTS.to} on 127.0.0.1 is free: name one that is, or stop what takes them.`,
  );
}

/**
 * Starts something on a port. 0 means any free one, and then another is tried when somebody was faster; a port that was
 * asked for and is taken is `servers.port_taken`.
 */
export async function onPort<T>(
  wanted: number,
  server: string,
  hint: string | undefined,
  start: (port: number) => Promise<T>,
): Promise<T> {
  if (wanted !== 0) {
    if (!(await isPortFree(wanted))) throw portTaken(wanted, server, hint);
    return start(wanted);
  }
  for (let left = 4; ; left--) {
    try {
      return await start(await freePort());
    } catch (error) {
      if (left === 0 || !(error instanceof SwitchyardError) || error.code !== 'servers.port_taken') throw error;
    }
  }
}

/** @param hint how to choose another, as in `--nats-port N` */
export function portTaken(port: number, server: string, hint = 'another port'): SwitchyardError {
  return new SwitchyardError(
    'servers.port_taken',
    `Port ${port} on ${loopback} is taken by another program, so ${server} cannot start. Stop that program, or choose ${hint}.`,
    { retryable: true, details: { port, server } },
  );
}
