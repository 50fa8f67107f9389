import type { Subscription } from '@nats-io/transport-node';
import type { Bus } from './bus.js';

/** A drain waits for the server's answer; one that does not come must not hold up a stop. */
const DRAIN_MS = 2_000;

/** Takes what is already on its way, then nothing more. */
export async function drainSubscription(bus: Pick<Bus, 'connection'>, subscription: Subscription): Promise<void> {
  if (subscription.isClosed()) return;
  if (bus.connection.isUp) {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, DRAIN_MS)));
    await Promise.race([subscription.drain(), late]);
    clearTimeout(timer);
  }
  if (!subscription.isClosed()) subscription.unsubscribe();
}
