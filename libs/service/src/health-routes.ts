import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { metrics } from '@switchyard/telemetry';
import { readiness, type Need } from './readiness.js';

export interface HealthSource {
  name: string;
  version: string;
  needs: readonly Need[];
  isStopping(): boolean;
}

/**
 * /health/live (the process answers), /health/ready (what it needs answers too; else 503 with the reasons) and /metrics
 * (Prometheus). Outside Nest's routes: no guard, prefix or documentation of a service touches them.
 */
export function addHealthRoutes(app: NestFastifyApplication, source: HealthSource): void {
  const fastify = app.getHttpAdapter().getInstance();
  const service = { service: source.name, version: source.version };
  fastify.get('/health/live', async () => ({ status: 'live', ...service }));
  fastify.get('/health/ready', async (_request, reply) => {
    const { ready, checks } = await readiness(source.needs);
    if (ready && !source.isStopping()) return { status: 'ready', ...service, checks };
    return reply.code(503).send({ status: source.isStopping() ? 'stopping' : 'not ready', ...service, checks });
  });
  fastify.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()));
}
