import { setTimeout as delay } from 'node:timers/promises';
import { SwitchyardError } from '@switchyard/contracts';
import { RestartBudget } from './restart-budget.js';

/** A server of the system's own. */
export interface OwnServer {
  url: string;
  port: number;
  logFile: string;
  ended: Promise<string>;
  stop(): Promise<void>;
}

export interface KeptServerOptions<Server extends OwnServer> {
  name: string;
  /** Starts it; again at the ports of the one before, which is where everybody looks for it. */
  start(before?: Server): Promise<Server>;
  progress(line: string): void;
}

/** Brings a server back when it ends by itself: what uses it waits, and goes on. */
export class KeptServer<Server extends OwnServer> {
  /** Settles when it could not be brought back. */
  readonly failed: Promise<Error>;
  #fail: (error: Error) => void = () => undefined;
  #stopping = false;
  readonly #budget = new RestartBudget();
  #restart: Promise<void> = Promise.resolve();

  private constructor(
    private readonly options: KeptServerOptions<Server>,
    private current: Server,
  ) {
    this.failed = new Promise((resolve) => (this.#fail = resolve));
    this.#watch();
  }

  /** @throws what `start` throws: only a server that was up is brought back */
  static async start<Server extends OwnServer>(options: KeptServerOptions<Server>): Promise<KeptServer<Server>> {
    return new KeptServer(options, await options.start());
  }

  /** What runs now. */
  get server(): Server {
    return this.current;
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#restart;
    await this.current.stop();
  }

  #watch(): void {
    void this.current.ended.then((how) => {
      if (!this.#stopping) this.#restart = this.#bringBack(how);
    });
  }

  async #bringBack(how: string): Promise<void> {
    const { name, progress, start } = this.options;
    for (let why = how; !this.#stopping;) {
      const waitMs = this.#budget.ended();
      if (waitMs === undefined) return this.#fail(this.#givenUp(why));
      progress(`${name} ended by itself (${why}); starting it again`);
      await delay(waitMs);
      if (this.#stopping) return;
      try {
        // Lets go of the data folder, which the next one claims.
        await this.current.stop();
        this.current = await start(this.current);
        progress(`${name} is back`);
        return this.#watch();
      } catch (error) {
        why = error instanceof Error ? error.message : String(error);
      }
    }
  }

  #givenUp(why: string): SwitchyardError {
    const { name } = this.options;
    return new SwitchyardError(
      'up.server_failed',
      `${name} ended again and again, last because ${why}. The reason stands at the end of ${this.current.logFile}.`,
      { details: { server: name, log_file: this.current.logFile } },
    );
  }
}
