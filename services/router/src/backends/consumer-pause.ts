import { execDurable, type Bus } from '@switchyard/bus';

/** Shorter than people notice; nats-server wakes waiting pulls when a pause runs out, not when it is taken back. */
const SOON_MS = 250;
const NANOS = 1_000_000;

/** Pauses a backend's queue for every executor until then, unless it is paused for longer. False where it has no consumer. */
export async function pauseBackend(bus: Bus, backend: string, until: Date): Promise<boolean> {
  const found = await consumerOf(bus, backend);
  if (!found) return false;
  const { manager, stream, name, pausedMs } = found;
  if (Date.now() + pausedMs < until.getTime()) await manager.consumers.pause(stream, name, until);
  return true;
}

/** Ends a pause. */
export async function resumeBackend(bus: Bus, backend: string): Promise<void> {
  const found = await consumerOf(bus, backend);
  if (found && found.pausedMs > 0)
    await found.manager.consumers.pause(found.stream, found.name, new Date(Date.now() + SOON_MS));
}

async function consumerOf(bus: Bus, backend: string) {
  const manager = await bus.js.jetstreamManager(false);
  const [stream] = await manager.streams.names(bus.subjects.exec(backend, '*')).next();
  if (stream === undefined) return undefined;
  for await (const { name, paused, pause_remaining } of manager.consumers.list(stream)) {
    if (name === execDurable(backend))
      return { manager, stream, name, pausedMs: paused ? (pause_remaining ?? 0) / NANOS : 0 };
  }
  return undefined;
}
