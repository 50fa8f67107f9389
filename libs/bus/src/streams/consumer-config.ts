import { AckPolicy, DeliverPolicy, ReplayPolicy, type ConsumerConfig } from '@nats-io/jetstream';
import type { ConsumerSpec } from '../work/consumer-spec.js';

export const DEFAULT_ACK_WAIT_MS = 30_000;
export const DEFAULT_MAX_DELIVER = 10;
const DEFAULT_MAX_ACK_PENDING = 1_000;
/** Pulls that may wait at the server, from all processes: those of 64 busy ones. The server's own default is 512. */
const MAX_WAITING = 4_096;
const NANOS = 1_000_000;

export type DurableSpec = Omit<ConsumerSpec, 'concurrency'>;

/** What can be changed while the consumer exists. */
export function changeableConfig(spec: DurableSpec) {
  return {
    filter_subjects: spec.filters,
    ack_wait: (spec.ackWaitMs ?? DEFAULT_ACK_WAIT_MS) * NANOS,
    max_ack_pending: spec.maxAckPending ?? DEFAULT_MAX_ACK_PENDING,
    // Without end: past its own limit the server would keep a message and deliver it to nobody. The transport counts
    // deliveries itself and makes a dead letter of what had too many.
    max_deliver: -1,
  } satisfies Partial<ConsumerConfig>;
}

export function consumerConfig(spec: DurableSpec): Partial<ConsumerConfig> {
  return {
    durable_name: spec.durable,
    ack_policy: AckPolicy.Explicit,
    replay_policy: ReplayPolicy.Instant,
    deliver_policy: spec.deliver === 'new' ? DeliverPolicy.New : DeliverPolicy.All,
    max_waiting: MAX_WAITING,
    ...changeableConfig(spec),
  };
}
