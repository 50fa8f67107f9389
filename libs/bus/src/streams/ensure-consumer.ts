import { isDeepStrictEqual } from 'node:util';
import { JetStreamApiError, type ConsumerInfo, type JetStreamManager } from '@nats-io/jetstream';
import { SwitchyardError, TOKEN } from '@switchyard/contracts';
import type { Bus } from '../bus.js';
import { changeableConfig, consumerConfig, type DurableSpec } from './consumer-config.js';
import { streamOfKind } from './stream-specs.js';

/** Error codes of the JetStream API: https://github.com/nats-io/nats-server/blob/main/server/errors.json */
const CONSUMER_NOT_FOUND = 10014;
const STREAM_NOT_FOUND = 10059;
const NOT_UNIQUE_ON_WORK_QUEUE = 10100;

/**
 * Creates the durable consumer or corrects what has drifted; doing it again changes nothing.
 *
 * @throws SwitchyardError `bus.consumer_invalid`, `bus.consumer_overlap` (another consumer of the work queue takes the same
 *   subjects), `bus.no_stream` (retryable), `bus.consumer_failed`
 */
export async function ensureConsumer(bus: Bus, spec: DurableSpec): Promise<ConsumerInfo> {
  if (!TOKEN.test(spec.durable) || spec.filters.length === 0) {
    throw new SwitchyardError(
      'bus.consumer_invalid',
      `A consumer needs a name of letters, digits, "_" and "-" and at least one subject; got "${spec.durable}" with ${spec.filters.length} subjects.`,
    );
  }
  const stream = streamOfKind(bus.prefix, spec.kind);
  try {
    const manager = await bus.js.jetstreamManager(false);
    const existing = await find(manager, stream, spec.durable);
    if (!existing) return await manager.consumers.add(stream, consumerConfig(spec));
    if (isCurrent(existing, spec)) return existing;
    return await manager.consumers.update(stream, spec.durable, changeableConfig(spec));
  } catch (cause) {
    throw consumerError(spec, stream, cause);
  }
}

async function find(manager: JetStreamManager, stream: string, durable: string): Promise<ConsumerInfo | undefined> {
  try {
    return await manager.consumers.info(stream, durable);
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === CONSUMER_NOT_FOUND) return undefined;
    throw error;
  }
}

function isCurrent({ config }: ConsumerInfo, spec: DurableSpec): boolean {
  const { filter_subjects, ...numbers } = changeableConfig(spec);
  const actual = config.filter_subjects ?? (config.filter_subject ? [config.filter_subject] : []);
  const current: Readonly<Record<string, unknown>> = { ...config };
  return (
    isDeepStrictEqual([...actual].sort(), [...filter_subjects].sort()) &&
    Object.entries(numbers).every(([field, value]) => current[field] === value)
  );
}

function consumerError(spec: DurableSpec, stream: string, cause: unknown): SwitchyardError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const details = { stream, consumer: spec.durable };
  const code = cause instanceof JetStreamApiError ? cause.code : 0;
  if (code === NOT_UNIQUE_ON_WORK_QUEUE) {
    return new SwitchyardError(
      'bus.consumer_overlap',
      `Consumer ${spec.durable} cannot take ${spec.filters.join(', ')}: another consumer of ${stream} does. A message of a work queue has one owner.`,
      { details, cause },
    );
  }
  if (code === STREAM_NOT_FOUND) {
    return new SwitchyardError('bus.no_stream', `Stream ${stream} does not exist: ensure the streams first.`, {
      retryable: true,
      details,
      cause,
    });
  }
  return new SwitchyardError(
    'bus.consumer_failed',
    `Consumer ${spec.durable} of ${stream} cannot be made or corrected: ${reason}.`,
    {
      retryable: code === 0,
      details,
      cause,
    },
  );
}
