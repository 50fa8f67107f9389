import { hostname } from 'node:os';
import type { Logger } from '@switchyard/telemetry';
import { messageOf } from '../shared/error-text.js';
import type { ServerLog } from './server-log.js';

/** Where the logs of servers are kept. */
export interface LogKeeper {
  saveLog(server: string, host: string, text: string): Promise<void>;
}

/** How long words wait for more of them. */
const SAVE_AFTER_MS = 1_000;
const HOST = `${hostname()} ${process.pid}`;

/** Writes down what a server's program says, now and then, and at the end. */
export class KeptLog {
  #timer: NodeJS.Timeout | undefined;
  #saved = 0;
  #saving: Promise<void> = Promise.resolve();

  constructor(
    private readonly server: string,
    private readonly log: ServerLog,
    private readonly keeper: LogKeeper,
    private readonly logger: Logger,
  ) {}

  /** Something was said. */
  changed(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.save();
    }, SAVE_AFTER_MS).unref();
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.save();
  }

  private save(): Promise<void> {
    this.#saving = this.#saving.then(async () => {
      const { version } = this.log;
      if (version === this.#saved) return;
      try {
        await this.keeper.saveLog(this.server, HOST, this.log.tail());
        this.#saved = version;
      } catch (error) {
        this.logger.warn({ server: this.server, reason: messageOf(error) }, "A tool server's log could not be kept");
      }
    });
    return this.#saving;
  }
}
