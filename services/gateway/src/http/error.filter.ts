import { Catch, Inject, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SwitchyardError } from '@switchyard/contracts';
import { LOGGER } from '@switchyard/service';
import { currentTraceId, type Logger } from '@switchyard/telemetry';
import { httpFailure } from './error-body.js';
import { requestState } from './request-state.js';

/** Every failure leaves in one shape; what nobody foresaw goes to the log, not to the caller. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const path = request.url.split('?', 1)[0] ?? '';
    const failure = httpFailure(named(thrown, path), requestState(request.raw)?.traceId ?? currentTraceId());
    if (failure.unforeseen)
      this.logger.error({ err: thrown, method: request.method, path }, 'A request failed in a way that nobody foresaw');
    if (reply.sent || reply.raw.headersSent) return;
    if (failure.retryAfter !== undefined) reply.header('retry-after', String(failure.retryAfter));
    if (failure.status === 401) reply.header('www-authenticate', 'Bearer realm="switchyard"');
    void reply.status(failure.status).send(failure.body);
  }
}

/** A body over the limit, here or on the bus, is a task that is too large where the body is a task. */
function named(thrown: unknown, path: string): unknown {
  const large = thrown instanceof Error && 'statusCode' in thrown && thrown.statusCode === 413;
  const status =
    thrown instanceof Error && 'getStatus' in thrown && typeof thrown.getStatus === 'function' ? thrown.getStatus() : 0;
  if (thrown instanceof SwitchyardError && thrown.code === 'bus.too_large' && path === '/v1/tasks') {
    return new SwitchyardError('task.too_large', thrown.message, { details: thrown.details, cause: thrown });
  }
  if (!large && status !== 413) return thrown;
  const code = path === '/v1/tasks' ? 'task.too_large' : 'http.body_too_large';
  return new SwitchyardError(
    code,
    'The body is larger than this gateway takes. Send less, or store the content and refer to it.',
    { cause: thrown },
  );
}
