import { connectBus, type Bus } from '@switchyard/bus';
import { RunEventSchema } from '@switchyard/contracts';

/** Where the news of an end did not come, its run is looked at after so long, in milliseconds. */
const LOOK_EVERY_MS = 10_000;
/** Whether what a run waits for comes with the time, and no person can help. */
export function isForNobody(reason = ''): boolean {
  return reason === 'timer' || reason === 'retry';
}

/**
 * Hears from the bus which runs have ended and which wait for a person, so that nobody has to ask for each of them again
 * and again. Only a hint: what is lost with the bus is found by looking.
 */
export class Moves {
  readonly #ends = new Map<string, () => void>();

  private constructor(
    private readonly bus: Bus,
    tenant: string,
    waits: (runId: string) => void,
  ) {
    const { subjects } = bus;
    for (const type of ['RunCompleted', 'RunFailed', 'RunCancelled'])
      bus.subscribe(subjects.event(tenant, '*', type), RunEventSchema, ({ runId }) => this.#ends.get(runId)?.());
    bus.subscribe(subjects.event(tenant, '*', 'RunParked'), RunEventSchema, ({ runId, body }) => {
      if (body.case === 'runParked' && !isForNobody(body.value.reason)) waits(runId);
    });
  }

  /** @param waits is told of every run that may wait for a person */
  static async start(natsUrl: string, prefix: string, tenant: string, waits: (runId: string) => void): Promise<Moves> {
    return new Moves(await connectBus({ servers: natsUrl, prefix, name: 'chaos' }), tenant, waits);
  }

  /** Until the run may have ended: when the bus says so, after a while, or when it is `over`. */
  async end(runId: string, over: AbortSignal): Promise<void> {
    if (over.aborted) return;
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        over.removeEventListener('abort', wake);
        resolve();
      };
      const timer = setTimeout(wake, LOOK_EVERY_MS);
      over.addEventListener('abort', wake);
      this.#ends.set(runId, wake);
    });
    this.#ends.delete(runId);
  }

  stop(): Promise<void> {
    return this.bus.close();
  }
}
