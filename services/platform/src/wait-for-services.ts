import { setTimeout as delay } from 'node:timers/promises';
import { connectBus } from '@switchyard/bus';
import { loadConfig } from '@switchyard/config';
import { SwitchyardError } from '@switchyard/contracts';
import { presentServices } from './present-services.js';
import { SERVICE_NAMES } from './service-table.js';

/**
 * Waits until so many replicas of every service answer on the bus.
 *
 * @throws SwitchyardError `up.not_ready` naming those that do not; the signal's reason
 */
export async function waitForServices(
  env: Readonly<Record<string, string | undefined>>,
  replicas: number,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<void> {
  const config = loadConfig(env);
  const bus = await connectBus({ servers: config.natsUrl, prefix: config.prefix, name: 'switchyard-up' });
  try {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      signal.throwIfAborted();
      const present = await presentServices(bus);
      const missing = SERVICE_NAMES.filter((name) => present[name] < replicas);
      if (missing.length === 0) return;
      if (Date.now() > deadline) throw notReady(missing, timeoutMs);
      await delay(50);
    }
  } finally {
    await bus.close();
  }
}

function notReady(missing: readonly string[], timeoutMs: number): SwitchyardError {
  return new SwitchyardError(
    'up.not_ready',
    `These services did not come up within ${timeoutMs / 1000} s: ${missing.join(', ')}. Their logs, below logs/ in the data folder, say why.`,
    { details: { services: [...missing] } },
  );
}
