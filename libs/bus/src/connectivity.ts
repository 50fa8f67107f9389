import type { NatsConnection } from '@nats-io/transport-node';
import { SwitchyardError } from '@switchyard/contracts';

/**
 * Whether there is a server at the other end now. What the client is given to send while there is none, it throws away at
 * the next dial: whoever needs an answer waits here first.
 */
export class Connectivity {
  private connected = true;
  private waiting: (() => void)[] = [];
  private readonly inFlight = new Set<() => void>();

  constructor(private readonly nc: NatsConnection) {
    void this.watch();
  }

  get isUp(): boolean {
    return this.connected && !this.nc.isClosed();
  }

  /** @throws SwitchyardError `bus.unavailable` (retryable) when there is no connection in time, or it was closed for good */
  async up(timeoutMs: number): Promise<void> {
    if (this.isUp) return;
    if (!this.nc.isClosed()) await this.wait(timeoutMs);
    if (this.isUp) return;
    const why = this.nc.isClosed() ? 'the connection is closed' : `there was no connection for ${timeoutMs} ms`;
    throw new SwitchyardError('bus.unavailable', `NATS cannot be reached: ${why}.`, { retryable: true });
  }

  /**
   * The work's outcome, or `bus.unavailable` as soon as the connection is lost: a request to the server that was on its
   * way then is not answered any more, and would be waited for until its time-out.
   */
  guard<T>(work: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const lost = () => {
        reject(
          new SwitchyardError('bus.unavailable', 'The connection to NATS was lost; try again.', { retryable: true }),
        );
      };
      this.inFlight.add(lost);
      work.then(resolve, reject).finally(() => this.inFlight.delete(lost));
    });
  }

  private wait(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  private async watch(): Promise<void> {
    for await (const { type } of this.nc.status()) {
      if (type === 'disconnect') {
        this.connected = false;
        for (const lost of [...this.inFlight]) lost();
      }
      if (type === 'reconnect') {
        this.connected = true;
        this.wake();
      }
    }
    this.connected = false;
    this.wake();
  }

  private wake(): void {
    for (const woken of this.waiting.splice(0)) woken();
  }
}
