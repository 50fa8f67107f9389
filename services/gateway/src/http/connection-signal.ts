import type { IncomingMessage } from 'node:http';

/** Fires when the client's connection is gone: nobody waits for the answer any more. */
export function connectionSignal(request: IncomingMessage): AbortSignal {
  const controller = new AbortController();
  if (request.socket.destroyed) controller.abort();
  else request.socket.once('close', () => controller.abort());
  return controller.signal;
}
