import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Bus, execDurable, RpcClient, WorkServer, type ConsumerSpec } from '@switchyard/bus';
import type { Config } from '@switchyard/config';
import { RouterService, timestampDate, type Backend as BackendMessage } from '@switchyard/contracts';
import type { RateLimits } from '@switchyard/journal';
import type { Backend } from '@switchyard/models';
import { CONFIG, LOGGER } from '@switchyard/service';
import type { Logger } from '@switchyard/telemetry';
import { Polling } from '../polling.js';
import { readBackend } from './read-backend.js';

/** How often the router is asked which backends there are, in milliseconds; its word that they changed may be missed. */
const POLL_MS = 2_000;

const NO_LIMITS: RateLimits = { tokensPerMinute: 0, requestsPerMinute: 0 };

/** What moves while a backend stays what it is. */
interface Pace extends RateLimits {
  /** Its circuit is open until then, and half open after; undefined: it is closed. */
  openUntil: Date | undefined;
}

interface Known {
  /** What the router said, as text: a change is seen by comparing. */
  text: string;
  backend: Backend;
}

/** The backends that this executor serves: their definitions, and a consumer of the work queue for each. */
@Injectable()
export class BackendsService implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #known = new Map<string, Known>();
  readonly #paces = new Map<string, Pace>();
  readonly #consumers = new Map<string, number>();
  readonly #polling: Polling;
  #missing = '';

  constructor(
    @Inject(Bus) private readonly bus: Bus,
    @Inject(RpcClient) private readonly rpc: RpcClient,
    @Inject(WorkServer) private readonly work: WorkServer,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.#polling = new Polling(bus, {
      changes: bus.subjects.rpc('router', 'backends_changed'),
      everyMs: POLL_MS,
      ask: () => this.refresh(),
      failed: (error) => this.logger.warn({ err: error }, 'Backends could not be refreshed; going on with those known'),
    });
  }

  onApplicationBootstrap(): void {
    this.#polling.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.#polling.stop();
  }

  /**
   * The backend's definition, asked of the router where it is not known here.
   *
   * @throws SwitchyardError `backend.not_found`, `backend.invalid`, `rpc.…`
   */
  async get(name: string): Promise<Backend> {
    const known = this.#known.get(name);
    return known ? known.backend : readBackend(await this.rpc.call(RouterService.method.getBackend, { name }));
  }

  /** Zeros where it has none, or is not served here. */
  limitsOf(name: string): RateLimits {
    return this.#paces.get(name) ?? NO_LIMITS;
  }

  /** Until when its circuit is open, after which it is half open; undefined where it is closed. */
  openUntil(name: string): Date | undefined {
    return this.#paces.get(name)?.openUntil;
  }

  /** It was seen to work; the router is being told, and tells the others. */
  closed(name: string): void {
    const pace = this.#paces.get(name);
    if (pace) this.#paces.set(name, { ...pace, openUntil: undefined });
  }

  /** Never fails: what is known goes on. */
  lookNow(): Promise<void> {
    return this.#polling.lookNow();
  }

  /** The provider asked for a pause: no executor of the fleet takes this backend's work before then. */
  async pause(name: string, until: Date): Promise<void> {
    try {
      await this.work.pauseConsumer('exec', execDurable(name), until);
    } catch (error) {
      this.logger.warn(
        { err: error, backend: name },
        "The backend's queue could not be paused; runs back off one by one",
      );
    }
  }

  /** Asks the router once and takes up what has changed. */
  async refresh(): Promise<void> {
    const { backends } = await this.rpc.call(RouterService.method.listBackends, {});
    const served = backends.filter(({ name }) => this.#serves(name));
    const changed = served.filter((message) => this.#learn(message));
    for (const message of served) this.#paces.set(message.name, paceOf(message));
    const names = new Set(served.map(({ name }) => name));
    for (const name of [...this.#known.keys()]) {
      if (names.has(name)) continue;
      this.#known.delete(name);
      this.#paces.delete(name);
    }
    this.#tellMissing(names);
    const left = [...this.#consumers.keys()].filter((name) => !names.has(name));
    // One backend whose consumer cannot be made must not keep the others waiting.
    const results = await Promise.allSettled([
      ...served.map((message) => this.#consume(message)),
      ...changed.map(({ name }) => this.#lift(name)),
      ...left.map((name) => this.#leave(name)),
    ]);
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }

  #serves(name: string): boolean {
    const { backends } = this.config.executor;
    return backends === '*' || backends.includes(name);
  }

  #tellMissing(names: ReadonlySet<string>): void {
    const { backends } = this.config.executor;
    const missing = backends === '*' ? '' : backends.filter((name) => !names.has(name)).join(', ');
    if (missing === this.#missing) return;
    this.#missing = missing;
    if (missing !== '')
      this.logger.warn(
        { backends: missing },
        'SWITCHYARD_BACKENDS names backends that the router does not know: apply them',
      );
  }

  /** True where a backend that was known has other settings than before. */
  #learn(message: BackendMessage): boolean {
    const { health: _moving, ...fixed } = message;
    const text = JSON.stringify(fixed);
    const before = this.#known.get(message.name);
    if (before?.text === text) return false;
    try {
      this.#known.set(message.name, { text, backend: readBackend(message) });
    } catch (error) {
      this.logger.error({ err: error, backend: message.name }, 'A backend cannot be used by this executor');
    }
    return before !== undefined;
  }

  /** Another endpoint or another key: that the old one asked for a pause does not concern it. */
  async #lift(name: string): Promise<void> {
    if (await this.work.resumeConsumer('exec', execDurable(name)))
      this.logger.info({ backend: name }, 'The pause of a backend was ended, because its definition has changed');
  }

  async #consume(message: BackendMessage): Promise<void> {
    const fleet = message.concurrency || this.config.executor.concurrency;
    if (this.#polling.stopped || this.#consumers.get(message.name) === fleet || !this.#known.has(message.name)) return;
    await this.work.addConsumer(this.#consumerOf(message.name, fleet));
    this.#consumers.set(message.name, fleet);
    this.logger.info(
      { backend: message.name, simulated: message.simulated, fleet_concurrency: fleet },
      'Serving a backend',
    );
  }

  async #leave(name: string): Promise<void> {
    this.#consumers.delete(name);
    await this.work.removeConsumer(execDurable(name));
    this.logger.info({ backend: name }, 'Serves a backend no more: it was removed');
  }

  #consumerOf(name: string, fleet: number): ConsumerSpec {
    return {
      kind: 'exec',
      durable: execDurable(name),
      filters: [this.bus.subjects.exec(name, '*')],
      concurrency: Math.min(this.config.executor.concurrency, fleet),
      maxAckPending: fleet,
    };
  }
}

function paceOf({ tokensPerMinute, requestsPerMinute, health }: BackendMessage): Pace {
  const openUntil = health?.openUntil ? timestampDate(health.openUntil) : undefined;
  return { tokensPerMinute, requestsPerMinute, openUntil };
}
