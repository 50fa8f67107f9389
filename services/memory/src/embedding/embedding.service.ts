import { toErrorInfo } from '@switchyard/contracts';
import { metrics, type Logger } from '@switchyard/telemetry';
import type { Now } from '../now.js';
import type { Embedder } from './embedder.js';
import { isRefusal, retryAfterOf } from './embedder-error.js';
import type { EmbeddingRepository, Waiting } from './embedding.repository.js';

/** Texts of one round: few, so that what is in hand at a crash is little. */
const ROUND = 16;
/** A replica that dies gives its round back after so long. */
const CLAIM_MS = 120_000;
/** Where nothing waits, others may have written. */
const IDLE_MS = 1_000;
/** After a failure, doubled each time, up to the last. */
const BACK_OFF_MS = { first: 1_000, most: 60_000 };
const DELETE_ROUND = 5_000;
/** Where nothing waits, so often it is seen how much does, and whether replicas with another embedder took some away. */
const LOOK_MS = 300_000;
const COUNT_MS = 15_000;

/**
 * Makes the vectors that are missing, in the background and off the path of writing. Replicas share the work. A new
 * embedder makes all anew; the vectors of the one before serve until then, and go after.
 */
export class EmbeddingService {
  private readonly embedded = metrics.counter('switchyard_memory_embedded_total', 'Memories that got their vector.');
  private readonly pending = metrics.gauge(
    'switchyard_memory_embedding_pending',
    'Memories that wait for their vector, of the whole platform: the same at each replica.',
  );
  private readonly seconds = metrics.histogram(
    'switchyard_memory_embedding_seconds',
    `Time in which the vectors of up to ${ROUND} memories are made.`,
  );
  private stopped = false;
  private failures = 0;
  private problem = '';
  private settled = false;
  private due = { look: 0, count: 0 };
  /** Somebody wrote since the last round began. */
  private woken = false;
  private idle = false;
  private wakeUp: () => void = () => undefined;
  private running: Promise<void> | undefined;

  constructor(
    private readonly repository: EmbeddingRepository,
    private readonly embedder: Embedder,
    private readonly logger: Logger,
    private readonly now: Now,
    private readonly idleMs = IDLE_MS,
  ) {}

  start(): void {
    this.running ??= this.run();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.wakeUp();
    await this.running;
  }

  /** Something was written: where nothing is done, it begins at once. What failed is not tried the sooner for it. */
  wake(): void {
    this.woken = true;
    if (this.idle) this.wakeUp();
  }

  /** Why it does not go on; empty: it does. */
  get failing(): string {
    return this.problem;
  }

  /** Makes what is missing now. @returns how many were done */
  async round(): Promise<number> {
    const waiting = await this.repository.claim(ROUND, CLAIM_MS, this.now());
    if (waiting.length === 0) return 0;
    const stop = this.seconds.startTimer();
    try {
      const { version } = this.embedder;
      const missing = waiting.filter(({ embedders }) => !embedders.includes(version));
      const had = waiting.filter(({ embedders }) => embedders.includes(version)).map(({ doc }) => doc);
      const vectors = missing.length === 0 ? [] : await this.vectorsOf(missing);
      const made = missing.flatMap(({ doc, tenant, scope_id: scopeId }, index) => {
        const vector = vectors[index];
        return vector ? [{ doc, tenant, scopeId, vector }] : [];
      });
      const written = await this.repository.finish(version, made, had);
      this.embedded.inc({}, written);
      return waiting.length;
    } catch (error) {
      await this.repository.giveBack(waiting.map(({ doc }) => doc));
      throw error;
    } finally {
      stop();
    }
  }

  /**
   * One text that the embedder will not have must not keep the others from their vectors: it gets one of zeros, which is
   * near nothing, and is found by its words. Where it will have none, the embedder is the problem and not the texts.
   */
  private async vectorsOf(waiting: readonly Waiting[]): Promise<Float32Array[]> {
    try {
      return await this.embedder.embed(waiting.map(embeddedText));
    } catch (error) {
      if (!isRefusal(error) || waiting.length < 2) throw error;
      const one = await this.oneByOne(waiting);
      if (one.every((vector) => vector === undefined)) throw error;
      return one.map((vector) => vector ?? new Float32Array(this.embedder.dimensions));
    }
  }

  private async oneByOne(waiting: readonly Waiting[]): Promise<(Float32Array | undefined)[]> {
    const vectors: (Float32Array | undefined)[] = [];
    for (const each of waiting) {
      try {
        vectors.push((await this.embedder.embed([embeddedText(each)]))[0]);
      } catch (error) {
        if (!isRefusal(error)) throw error;
        this.logger.warn({ err: error, doc: each.doc, tenant: each.tenant }, 'A memory is found by its words alone');
        vectors.push(undefined);
      }
    }
    return vectors;
  }

  private async run(): Promise<void> {
    let queued = false;
    while (!this.stopped) {
      try {
        if (!queued) await this.repository.queueMissing(this.embedder.version);
        queued = true;
        this.woken = false;
        const done = await this.round();
        if (this.failures > 0) this.logger.info({ embedder: this.embedder.version }, 'Embedding goes on');
        [this.failures, this.problem] = [0, ''];
        await this.count();
        if (done > 0) continue;
        await this.settle();
        if (this.hasBeenWoken()) continue;
        this.idle = true;
        await this.pause(this.idleMs);
        this.idle = false;
      } catch (error) {
        this.failures += 1;
        this.problem = toErrorInfo(error).message;
        this.logger.warn({ err: error, failures: this.failures }, 'Memories wait for their vectors');
        const backOff = Math.min(BACK_OFF_MS.most, BACK_OFF_MS.first * 2 ** (this.failures - 1));
        await this.pause(Math.max(backOff, retryAfterOf(error)));
      }
    }
  }

  private hasBeenWoken(): boolean {
    return this.woken;
  }

  private async count(): Promise<void> {
    if (this.now().getTime() < this.due.count) return;
    this.due.count = this.now().getTime() + COUNT_MS;
    this.pending.set(await this.repository.pending());
  }

  /**
   * Deletes what embedders before made, once all is made anew. While the platform is rolled over, replicas that still have
   * the one before take texts away from this one, so it looks again. What those write after is left to the next start: two
   * embedders that are set by mistake must not delete and make anew for ever.
   */
  async settle(): Promise<void> {
    if (this.now().getTime() < this.due.look) return;
    const { version } = this.embedder;
    if (this.settled && (await this.repository.versions()).every((each) => each === version)) {
      this.due.look = this.now().getTime() + LOOK_MS;
      return;
    }
    if ((await this.repository.queueMissing(version)) > 0 || (await this.repository.pending()) > 0) return;
    this.due.look = this.now().getTime() + LOOK_MS;
    if (this.settled) return;
    while (!this.stopped && (await this.repository.deleteOthers(version, DELETE_ROUND)));
    this.settled = true;
  }

  private async pause(ms: number): Promise<void> {
    if (this.stopped) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.wakeUp = () => undefined;
  }
}

/** As a reader would see it: who says what. */
function embeddedText({ text, speaker }: Waiting): string {
  return speaker === '' ? text : `${speaker}: ${text}`;
}
