import { createServer, type AddressInfo } from 'node:net';
import { SwitchyardError } from '@switchyard/contracts';

export const loopback = '127.0.0.1';

/** Whether a server could listen on this port of 127.0.0.1 now. */
export async function isPortFree(port: number): Promise<boolean> {
  return (await listenOnce(port)) !== undefined;
}

/** A port that nobody listens on now. Somebody may take it before it is used: see `onPort`. */
export async function freePort(): Promise<number> {
  const port = await listenOnce(0);
  if (port === undefined)
    throw new SwitchyardError('servers.no_port', 'This machine gave out no free port on 127.0.0.1.');
  return port;
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

function listenOnce(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ port, host: loopback, exclusive: true }, () => {
      const taken = (server.address() as AddressInfo).port;
      server.close(() => resolve(taken));
    });
  });
}
