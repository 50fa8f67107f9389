import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { map, type Observable } from 'rxjs';
import { replyJson } from './reply.js';
import { specOf } from './route.js';

/** Writes what handlers return in the form that the table of routes promises. */
@Injectable()
export class ReplyInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const spec = specOf(context.switchToHttp().getRequest<FastifyRequest>());
    return spec ? next.handle().pipe(map((returned) => replyJson(spec, returned))) : next.handle();
  }
}
