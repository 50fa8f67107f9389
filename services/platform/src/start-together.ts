import { join } from 'node:path';
import { loadConfig } from '@switchyard/config';
import { startService, type RunningService } from '@switchyard/service';
import { logTo } from '@switchyard/telemetry';
import { loadDefinitions } from './service-table.js';
import type { StartedServices, StartServicesOptions } from './started-services.js';

/** All services in this process. Their logs go to `<data>/logs/switchyard.log`. */
export async function startTogether(options: StartServicesOptions): Promise<StartedServices> {
  logTo(join(options.dataDir, 'logs', 'switchyard.log'));
  const config = loadConfig(options.env);
  const definitions = await loadDefinitions();
  const started = await Promise.allSettled(definitions.map((definition) => startService(definition, { config })));
  const running = started.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const failure = started.find((result) => result.status === 'rejected');
  if (failure) {
    await stopAll(running);
    throw failure.reason;
  }
  const gateway = running.find((service) => service.name === 'gateway');
  return {
    gatewayUrl: gateway?.url ?? `http://${config.gateway.host}:${config.gateway.port}`,
    stop: () => stopAll(running),
    failed: new Promise(() => undefined),
  };
}

/** Who asks is stopped before who is asked: the order opposite to the start. */
async function stopAll(running: readonly RunningService[]): Promise<void> {
  for (const service of [...running].reverse()) await service.stop();
}
