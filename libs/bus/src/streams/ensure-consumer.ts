import type { ConsumerInfo } from '@nats-io/jetstream';
import type { Bus } from '../bus.js';
import type { ConsumerSpec } from '../work/consumer-spec.js';

/** Creates the durable consumer or corrects what has drifted; doing it again changes nothing. */
export function ensureConsumer(bus: Bus, spec: Omit<ConsumerSpec, 'concurrency'>): Promise<ConsumerInfo> {
  return Promise.reject(new Error(bus.name + spec.durable));
}
