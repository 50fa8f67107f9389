import type { IncomingMessage } from 'node:http';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** Of a body that nobody wants: more than this, or longer, and the sender is cut off. */
export interface UnreadBodyLimits {
  /** Bytes that are taken and dropped, over those that were read. */
  bytes: number;
  milliseconds: number;
}

const LIMITS: UnreadBodyLimits = { bytes: 16 * 1_048_576, milliseconds: 5_000 };

/**
 * Lets a request be sent to its end before it is refused. A connection that is closed while its peer still writes is
 * reset, and takes the answer with it: the client sees a broken pipe and never the reason (RFC 9112 §9.6). What comes
 * is dropped as it comes; over the limits the answer goes out at once and closes the connection.
 */
export function answerOnceSent(app: NestFastifyApplication, limits = LIMITS): void {
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onSend', (request, reply, _payload, done) => {
      void dropRest(request.raw, limits).then((ended) => {
        if (!ended) reply.header('connection', 'close');
        done();
      });
    });
}

/** Whether the request came to its end within the limits. */
function dropRest(request: IncomingMessage, limits: UnreadBodyLimits): Promise<boolean> {
  const declared = Number(request.headers['content-length'] ?? 0);
  if (request.complete || request.destroyed) return Promise.resolve(true);
  if (declared > limits.bytes) return Promise.resolve(false);
  return new Promise((resolve) => {
    let bytes = 0;
    const settle = (ended: boolean): void => {
      clearTimeout(timer);
      request.off('data', onData).off('end', onEnd).off('close', onEnd);
      resolve(ended);
    };
    const onData = (chunk: Buffer): void => {
      bytes += chunk.length;
      if (bytes > limits.bytes) settle(false);
    };
    const onEnd = (): void => settle(true);
    const timer = setTimeout(settle, limits.milliseconds, false);
    request.on('data', onData).once('end', onEnd).once('close', onEnd);
    request.resume();
  });
}
