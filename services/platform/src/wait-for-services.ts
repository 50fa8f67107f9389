import { setTimeout as delay } from 'node:timers/promises';
import { connectBus, discoverServices } from '@switchyard/bus';
import { loadConfig } from '@switchyard/config';
import { SwitchyardError } from '@switchyard/contracts';

/** Waits until every one of these services answers on the bus. @throws SwitchyardError `up.not_ready` naming those that do not. */
export async function waitForServices(
  env: Readonly<Record<string, string | undefined>>,
  names: readonly string[],
  timeoutMs: number,
): Promise<void> {
  const config = loadConfig(env);
  const bus = await connectBus({ servers: config.natsUrl, prefix: config.prefix, name: 'switchyard-up' });
  try {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const present = new Set((await discoverServices(bus, { timeoutMs: 250 })).map((service) => service.name));
      const missing = names.filter((name) => !present.has(`switchyard-${name}`));
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
