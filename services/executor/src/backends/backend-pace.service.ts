import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { SwitchyardError } from '@switchyard/contracts';
import { isLimited, RateStore } from '@switchyard/journal';
import { LOGGER } from '@switchyard/service';
import type { Logger } from '@switchyard/telemetry';
import type { RequestEstimate } from '../turn/request-gate.js';
import { BackendsService } from './backends.service.js';

/** Where a request waits longer than this for its turn, the backend's queue is paused for the fleet. In milliseconds. */
const PAUSE_FROM_MS = 1_000;
/** A request looks again at least this often: limits change, and others give back what they did not use. */
const MAX_SLEEP_MS = 2_000;
/** A probe that says nothing for so long counts as dead, and another request probes. */
const PROBE_MS = 30_000;

/** A request that was let through. One of the three is called, once. */
export interface Admission {
  /** It finds out whether a backend whose circuit is half open works again. */
  readonly isProbe: boolean;
  /** @param usedTokens input and output together, as the endpoint counts them */
  succeeded(usedTokens: number): void;
  /** @param told resolves when the router knows */
  failed(told: Promise<void>): void;
  /** There is no answer, and it says nothing of the backend. */
  dropped(): void;
}

export interface Waiting {
  /** Ends the wait with its reason. */
  signal: AbortSignal;
  /** Whether the run goes to another backend over this error instead of waiting. */
  mayLeave: (error: SwitchyardError) => boolean;
}

const nothing = (): void => undefined;
const FREELY: Admission = { isProbe: false, succeeded: nothing, failed: nothing, dropped: nothing };

/**
 * Lets requests through to a backend as fast as the whole fleet may ask it, and while its circuit is half open one at a
 * time. A backend without limits that works costs nothing here. Runs wait in hand: handed back, a message would count as
 * failed again and again.
 */
@Injectable()
export class BackendPace {
  /** For each backend the last of those who wait here: first come, first served. */
  readonly #queues = new Map<string, Promise<void>>();

  constructor(
    @Inject(BackendsService) private readonly backends: BackendsService,
    @Inject(RateStore) private readonly rates: RateStore,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** @throws the signal's reason; SwitchyardError `backend.circuit_open` retryable, `database.…` */
  async admit(name: string, estimate: RequestEstimate, waiting: Waiting): Promise<Admission> {
    const probe = await this.#passCircuit(name, waiting);
    const tokens = estimate.inputTokens + estimate.outputTokens;
    try {
      const taken = await this.#takeTurn(name, tokens, waiting.signal);
      return probe === undefined && !taken ? FREELY : this.#admission(name, taken ? tokens : undefined, probe);
    } catch (error) {
      if (probe !== undefined) this.#release(name, probe);
      throw error;
    }
  }

  #admission(name: string, taken: number | undefined, probe: string | undefined): Admission {
    const release = (): void => {
      if (probe !== undefined) this.#release(name, probe);
    };
    return {
      isProbe: probe !== undefined,
      succeeded: (used) => {
        if (taken !== undefined) this.#later(this.rates.giveBack(name, taken - used), name);
        if (probe !== undefined) this.backends.closed(name);
        release();
      },
      failed: (told) => {
        // Not before all know for how long it is left alone now, or the next one would probe at once.
        if (probe !== undefined) void told.then(() => this.backends.lookNow()).finally(release);
      },
      dropped: release,
    };
  }

  /** The id of the probe that the request is; undefined where the circuit is closed. */
  async #passCircuit(name: string, { signal, mayLeave }: Waiting): Promise<string | undefined> {
    for (;;) {
      signal.throwIfAborted();
      const until = this.backends.openUntil(name);
      if (until === undefined) return undefined;
      const openMs = until.getTime() - Date.now();
      if (openMs <= 0) {
        const probe = randomUUID();
        if (await this.rates.takeProbe(name, probe, PROBE_MS)) {
          // Another one may have probed since the circuit was looked at.
          await this.backends.lookNow();
          if (this.backends.openUntil(name)?.getTime() === until.getTime()) return probe;
          this.#release(name, probe);
          continue;
        }
      }
      const error = circuitOpen(name, until);
      if (mayLeave(error)) throw error;
      await pause(openMs > 0 ? openMs : MAX_SLEEP_MS / 4, signal);
    }
  }

  /** False where the backend has no limits. */
  async #takeTurn(name: string, tokens: number, signal: AbortSignal): Promise<boolean> {
    if (!isLimited(this.backends.limitsOf(name))) return false;
    const turn = (this.#queues.get(name) ?? Promise.resolve()).then(() => this.#take(name, tokens, signal));
    const settled = turn.catch(nothing).then(() => {
      if (this.#queues.get(name) === settled) this.#queues.delete(name);
    });
    this.#queues.set(name, settled);
    await turn;
    return true;
  }

  async #take(name: string, tokens: number, signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      const wait = await this.rates.take(name, this.backends.limitsOf(name), tokens);
      if (wait === 0) return;
      if (wait >= PAUSE_FROM_MS) await this.backends.pause(name, new Date(Date.now() + Math.min(wait, 60_000)));
      await pause(wait, signal);
    }
  }

  #release(name: string, probe: string): void {
    this.#later(this.rates.releaseProbe(name, probe), name);
  }

  /** Losing it makes the fleet a little slower for a moment. */
  #later(work: Promise<unknown>, backend: string): void {
    work.catch((error: unknown) =>
      this.logger.debug({ err: error, backend }, 'The rate of a backend was not put right'),
    );
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  const jittered = Math.min(ms, MAX_SLEEP_MS) * (1 + Math.random() / 4);
  await sleep(jittered, undefined, { signal }).catch(() => signal.throwIfAborted());
}

function circuitOpen(backend: string, until: Date): SwitchyardError {
  return new SwitchyardError(
    'backend.circuit_open',
    `The backend ${backend} has failed again and again, and is left alone until ${until.toISOString()}; then one request at a time finds out whether it works again.`,
    { retryable: true, details: { backend, kind: 'unavailable', open_until: until.toISOString() } },
  );
}
