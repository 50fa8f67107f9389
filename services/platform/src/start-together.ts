import { join } from 'node:path';
import { loadConfig } from '@switchyard/config';
import { startService } from '@switchyard/service';
import { logTo } from '@switchyard/telemetry';
import { loadDefinitions } from './service-table.js';
import { Stack } from './stack.js';
import type { StartedServices, StartServicesOptions } from './started-services.js';

/** All services in this process. Their logs go to `<data>/logs/switchyard.log`. */
export async function startTogether(options: StartServicesOptions): Promise<StartedServices> {
  logTo(join(options.dataDir, 'logs', 'switchyard.log'));
  const config = loadConfig(options.env);
  const definitions = await loadDefinitions();
  const started = await Promise.allSettled(definitions.map((definition) => startService(definition, { config })));
  const running = started.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  // Who asks is stopped before who is asked: the order opposite to the start.
  const stack = new Stack();
  for (const service of running) stack.push(service.name, () => service.stop());
  const failure = started.find((result) => result.status === 'rejected');
  if (failure) {
    // Why it could not start is what counts; what then could not be closed either follows from it.
    await stack.unwind().catch(() => undefined);
    throw failure.reason;
  }
  const gateway = running.find((service) => service.name === 'gateway');
  return {
    gatewayUrl: gateway?.url ?? `http://${config.gateway.host}:${config.gateway.port}`,
    stop: () => stack.unwind(),
    failed: new Promise(() => undefined),
  };
}
