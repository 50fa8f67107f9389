import type { Bus, Listening } from '@switchyard/bus';
import { EmptySchema } from '@switchyard/contracts';
import type { Logger } from '@switchyard/telemetry';

export interface InStepOptions {
  bus: Pick<Bus, 'subjects' | 'emit' | 'subscribe'>;
  logger: Logger;
  /** Last word of the subject on which hosts tell each other of a change: heard by every host, not by one of a group. */
  word: string;
  /** How often it is read anyhow, should the word have been missed. */
  everyMs: number;
  read: () => Promise<void>;
  /** For the log, where it could not be read. */
  failure: string;
}

/** Keeps what a host has read of a table in step with it: reads again at the word of any host, and now and then. */
export class InStep {
  private timer: NodeJS.Timeout | undefined;
  private listening: Listening | undefined;
  private current: Promise<void> = Promise.resolve();
  private next: Promise<void> | undefined;

  constructor(private readonly options: InStepOptions) {}

  async start(): Promise<void> {
    const { bus, logger, everyMs, failure } = this.options;
    this.listening = bus.subscribe(this.subject, EmptySchema, () => this.read());
    await this.read();
    this.timer = setInterval(() => {
      this.read().catch((error: unknown) => logger.warn({ err: error }, failure));
    }, everyMs);
    this.timer.unref();
  }

  /** Resolves when nothing is read any more. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.listening?.stop();
    await Promise.allSettled([this.current, this.next]);
  }

  /** One after the other. What was committed before the call is seen. */
  read(): Promise<void> {
    this.next ??= this.current
      .catch(() => undefined)
      .then(() => {
        this.next = undefined;
        this.current = this.options.read();
        return this.current;
      });
    return this.next;
  }

  /** After a change: tells every host, and reads it here. */
  async tell(): Promise<void> {
    this.options.bus.emit(this.subject, EmptySchema, {});
    await this.read();
  }

  private get subject(): string {
    return this.options.bus.subjects.rpc('tool-host', this.options.word);
  }
}
