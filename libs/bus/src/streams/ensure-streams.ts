import { JetStreamApiError, type JetStreamManager } from '@nats-io/jetstream';
import { SwitchyardError } from '@switchyard/contracts';
import type { Bus } from '../bus.js';
import { isNotServed } from '../publish-error.js';
import { streamDrift, type Drift } from './stream-drift.js';
import { streamSpecs, type StreamSpec } from './stream-specs.js';

export interface StreamOptions {
  /** Copies of every stream in a cluster. Default 1. */
  replicas?: number;
}

const CONNECT_TIMEOUT_MS = 5_000;
/** Error codes of the JetStream API: https://github.com/nats-io/nats-server/blob/main/server/errors.json */
const STREAM_NOT_FOUND = 10059;
const NAME_IN_USE = 10058;
const SUBJECTS_OVERLAP = 10065;

/**
 * Creates the streams that are missing and corrects what has drifted; doing it again changes nothing, and several
 * services may do it at once.
 *
 * @throws SwitchyardError `bus.stream_drift` naming what cannot be changed in a stream that exists, `bus.stream_overlap`,
 *   `bus.stream_failed`, `bus.no_jetstream`
 */
export async function ensureStreams(bus: Bus, options: StreamOptions = {}): Promise<void> {
  await bus.connection.up(CONNECT_TIMEOUT_MS);
  const features = { version: serverVersion(bus), replicas: options.replicas ?? 1 };
  const manager = await bus.js.jetstreamManager(false);
  const specs = streamSpecs(bus.subjects, features);
  await Promise.all(specs.filter(({ sources }) => !sources).map((spec) => ensureStream(manager, spec)));
  // A stream whose source is missing asks for it again only after a while.
  await Promise.all(specs.filter(({ sources }) => sources).map((spec) => ensureStream(manager, spec)));
}

/** Without it, streams could be made without what they can never be given later. */
function serverVersion(bus: Bus): string {
  const version = bus.nc.info?.version;
  if (version) return version;
  throw new SwitchyardError('bus.unavailable', 'NATS was lost while the streams were looked after; try again.', {
    retryable: true,
  });
}

async function ensureStream(manager: JetStreamManager, spec: StreamSpec): Promise<void> {
  try {
    const config = (await currentConfig(manager, spec.name)) ?? (await create(manager, spec));
    if (config) await repair(manager, spec, config);
  } catch (cause) {
    throw streamError(spec, cause);
  }
}

async function currentConfig(manager: JetStreamManager, name: string) {
  try {
    return (await manager.streams.info(name)).config;
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === STREAM_NOT_FOUND) return undefined;
    throw error;
  }
}

/** @returns the other's configuration where somebody was faster with a different one */
async function create(manager: JetStreamManager, spec: StreamSpec) {
  try {
    await manager.streams.add(spec);
    return undefined;
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === NAME_IN_USE) return currentConfig(manager, spec.name);
    throw error;
  }
}

async function repair(
  manager: JetStreamManager,
  spec: StreamSpec,
  actual: Awaited<ReturnType<typeof currentConfig>> & object,
): Promise<void> {
  const { changeable, fixed } = streamDrift(spec, actual);
  if (fixed.length > 0) throw fixedDrift(spec.name, fixed);
  if (changeable.length > 0) await manager.streams.update(spec.name, spec);
}

function fixedDrift(stream: string, drift: Drift[]): SwitchyardError {
  const fields = drift.map(({ field, wanted, actual }) => `${field} is ${show(actual)}, must be ${show(wanted)}`);
  return new SwitchyardError(
    'bus.stream_drift',
    `Stream ${stream} exists with settings that NATS cannot change: ${fields.join('; ')}. ` +
      `When nothing waits in it, delete it (nats stream rm ${stream}) and start again: it is made anew, and what Postgres knows is published again.`,
    { details: { stream, fields: drift.map(({ field }) => field) } },
  );
}

function streamError(spec: StreamSpec, cause: unknown): SwitchyardError {
  if (cause instanceof SwitchyardError) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  const details = { stream: spec.name };
  if (cause instanceof JetStreamApiError && cause.code === SUBJECTS_OVERLAP) {
    return new SwitchyardError(
      'bus.stream_overlap',
      `Another stream on this server already takes ${spec.subjects.join(', ')}, so ${spec.name} cannot be made. Set SWITCHYARD_PREFIX to a prefix of your own, or delete the other stream.`,
      { details, cause },
    );
  }
  if (isNotServed(cause)) {
    return new SwitchyardError('bus.no_jetstream', `NATS runs without JetStream: start nats-server with -js.`, {
      retryable: true,
      details,
      cause,
    });
  }
  return new SwitchyardError('bus.stream_failed', `Stream ${spec.name} cannot be made or corrected: ${reason}.`, {
    retryable: !(cause instanceof JetStreamApiError),
    details,
    cause,
  });
}

function show(value: unknown): string {
  return value === undefined ? 'not set' : JSON.stringify(value);
}
