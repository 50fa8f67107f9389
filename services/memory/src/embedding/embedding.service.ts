import { toErrorInfo } from '@switchyard/contracts';
import { metrics, type Logger } from '@switchyard/telemetry';
import type { Now } from '../now.js';
import type { Embedder } from './embedder.js';
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

/**
 * Makes the vectors that are missing, in the background and off the path of writing. Replicas share the work. A new
 * embedder makes all anew; the vectors of the one before serve until then, and go after.
 */
export class EmbeddingService {
  private readonly embedded = metrics.counter('switchyard_memory_embedded_total', 'Memories that got their vector.');
  private stopped = false;
  private failures = 0;
  private problem = '';
  private wakeUp: () => void = () => undefined;
  private running: Promise<void> | undefined;

  constructor(
    private readonly repository: EmbeddingRepository,
    private readonly embedder: Embedder,
    private readonly logger: Logger,
    private readonly now: Now,
  ) {}

  start(): void {
    this.running ??= this.run();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.wakeUp();
    await this.running;
  }

  /** Why it does not go on; empty: it does. */
  get failing(): string {
    return this.problem;
  }

  /** Makes what is missing now. @returns how many were done */
  async round(): Promise<number> {
    const waiting = await this.repository.claim(ROUND, CLAIM_MS, this.now());
    if (waiting.length === 0) return 0;
    try {
      const vectors = await this.embedder.embed(waiting.map(embeddedText));
      const made = waiting.flatMap(({ doc, tenant, scope_id: scopeId }, index) => {
        const vector = vectors[index];
        return vector ? [{ doc, tenant, scopeId, vector }] : [];
      });
      const written = await this.repository.finish(this.embedder.version, made);
      this.embedded.inc({}, written);
      return waiting.length;
    } catch (error) {
      await this.repository.giveBack(waiting.map(({ doc }) => doc));
      throw error;
    }
  }

  private async run(): Promise<void> {
    let queued = false;
    let tidied = false;
    while (!this.stopped) {
      try {
        if (!queued) await this.repository.queueMissing(this.embedder.version);
        queued = true;
        const done = await this.round();
        if (this.failures > 0) this.logger.info({ embedder: this.embedder.version }, 'Embedding goes on');
        [this.failures, this.problem] = [0, ''];
        if (done > 0) continue;
        tidied ||= (await this.repository.pending()) === 0 && (await this.tidy());
        await this.pause(IDLE_MS);
      } catch (error) {
        this.failures += 1;
        this.problem = toErrorInfo(error).message;
        this.logger.warn({ err: error, failures: this.failures }, 'Memories wait for their vectors');
        await this.pause(Math.min(BACK_OFF_MS.most, BACK_OFF_MS.first * 2 ** (this.failures - 1)));
      }
    }
  }

  private async tidy(): Promise<boolean> {
    while (!this.stopped && (await this.repository.deleteOthers(this.embedder.version, DELETE_ROUND)));
    return true;
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
