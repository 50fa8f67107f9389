import type { Socket } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/**
 * Lets a stopping server go: connections on which nothing is being answered are closed at once, the others after their
 * answer. Node closes only those that have answered something, and clients also open some to have them at hand.
 */
export function closeIdleConnectionsOnStop(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  const idle = new Set<Socket>();
  let stopping = false;
  const rest = (socket: Socket): void => {
    if (stopping) socket.destroy();
    else if (!socket.destroyed) idle.add(socket);
  };
  fastify.server.on('connection', (socket: Socket) => {
    socket.once('close', () => idle.delete(socket));
    rest(socket);
  });
  fastify.addHook('onRequest', (request, reply, done) => {
    const { socket } = request.raw;
    idle.delete(socket);
    reply.raw.once('close', () => rest(socket));
    done();
  });
  fastify.addHook('preClose', (done) => {
    stopping = true;
    for (const socket of idle) socket.destroy();
    done();
  });
}
