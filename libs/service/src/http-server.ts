import type { FastifyError, FastifyReply, FastifyRequest, FastifyServerOptions } from 'fastify';
import type { Socket } from 'node:net';

/** A request that is not here in this time never will be: who sends a byte now and then would hold connections for ever. */
const REQUEST_TIMEOUT_MS = 60_000;

/**
 * How every HTTP server of the platform is made. What fails before a route is found (an address that cannot be decoded,
 * a request that is no HTTP) has no filter of Nest's, and is answered here in the one shape of all errors.
 */
export function httpServerOptions(bodyLimit: number) {
  return {
    bodyLimit,
    requestTimeout: REQUEST_TIMEOUT_MS,
    // Open streams must not keep a stopped service; `OpenRequests` waited for what is short.
    forceCloseConnections: true,
    frameworkErrors: (error: FastifyError, _request: FastifyRequest, reply: FastifyReply): void => {
      const status = error.statusCode ?? 400;
      const code = status === 414 ? 'http.uri_too_long' : 'http.bad_request';
      void reply
        .status(status)
        .header('x-content-type-options', 'nosniff')
        .send(errorBody(code, `${error.message}.`));
    },
    clientErrorHandler: (error, socket) => refuse(socket, error.code),
  } satisfies FastifyServerOptions;
}

/** Node's codes of what its parser refuses, and of requests that take too long. */
function refuse(socket: Socket, code: string | undefined): void {
  if (code === 'ECONNRESET' || socket.destroyed) return;
  if (!socket.writable) return void socket.destroy();
  const [status, own, message] =
    code === 'ERR_HTTP_REQUEST_TIMEOUT'
      ? ['408 Request Timeout', 'http.timeout', `The request was not complete within ${REQUEST_TIMEOUT_MS} ms.`]
      : code === 'HPE_HEADER_OVERFLOW'
        ? ['431 Request Header Fields Too Large', 'http.headers_too_large', 'The headers are larger than 16 KiB.']
        : ['400 Bad Request', 'http.bad_request', 'This is no HTTP request that can be read.'];
  const body = JSON.stringify(errorBody(own, message));
  socket.end(
    `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

/** As the gateway's REST interface documents it. */
function errorBody(code: string, message: string) {
  return { error: { code, message, retryable: code === 'http.timeout', details: {}, trace_id: '' } };
}
