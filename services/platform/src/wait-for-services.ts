import { setTimeout as delay } from 'node:timers/promises';
import { connectBus } from '@switchyard/bus';
import { loadConfig } from '@switchyard/config';
import { SwitchyardError } from '@switchyard/contracts';
import { presentServices } from './present-services.js';

/** Waits until so many replicas of each of these services answer on the bus. @throws SwitchyardError `up.not_ready` naming those that do not. */
export async function waitForServices(
  env: Readonly<Record<string, string | undefined>>,
  names: readonly string[],
  replicas: number,
  timeoutMs: number,
): Promise<void> {
  const config = loadConfig(env);
  const bus = await connectBus({ servers: config.natsUrl, prefix: config.prefix, name: 'switchyard-up' });
  try {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const present = await presentServices(bus);
      const missing = names.filter(
        (name) => present.filter((service) => service.name === `${config.prefix}-${name}`).length < replicas,
      );
      if (missing.length === 0) return;
      if (Date.now() > deadline) {
        throw new SwitchyardError(
          'up.not_ready',
          `These services did not come up within ${timeoutMs / 1000} s: ${missing.join(', ')}. Their logs say why.`,
        );
      }
      await delay(50);
    }
  } finally {
    await bus.close();
  }
}
