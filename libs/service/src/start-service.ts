import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Config } from '@switchyard/config';
import type { ServiceDefinition } from './service-definition.js';

export interface StartOptions {
  config: Config;
  /** Where /health and /metrics are served; 0 takes a free port; absent: no HTTP listener. */
  healthPort?: number;
}

export interface RunningService {
  readonly name: string;
  readonly app: NestFastifyApplication;
  /** Base URL of /health/live, /health/ready and /metrics. */
  readonly healthUrl?: string;
  /** Base URL of a service with an HTTP interface of its own. */
  readonly url?: string;
  /** Stops pulling, finishes or hands back what is in hand, closes. Again: the same stop. */
  stop(): Promise<void>;
}

/**
 * Starts one service in this process.
 *
 * @throws SwitchyardError saying what it cannot reach and what to do; nothing is left running
 */
export function startService(definition: ServiceDefinition, options: StartOptions): Promise<RunningService> {
  return Promise.reject(new Error(definition.name + String(options.healthPort)));
}
