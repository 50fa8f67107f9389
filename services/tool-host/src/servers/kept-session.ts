import { setTimeout as sleep } from 'node:timers/promises';
import { toErrorInfo, type ErrorInfo } from '@switchyard/contracts';
import type { Logger } from '@switchyard/telemetry';
import { Backoff } from './backoff.js';
import type { ConnectionStatus } from './server-connection.js';

export interface KeptSessionOptions<Session> {
  /** Of the server, for the log. */
  name: string;
  /** @throws SwitchyardError why it cannot be had now */
  open: () => Promise<Session>;
  end: (session: Session) => Promise<void>;
  logger: Logger;
  /** Called after every change of status, and with every session before it is given to anybody. */
  onChange: (opened?: Session) => void;
  backoff?: Backoff;
}

const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 30_000;
/** A session that lasted so long was good: what it ends with is no sign of the next one. */
const GOOD_AFTER_MS = 10_000;
/** Calls do not make a server that cannot be connected to be tried at their own rate. */
const PAUSE_MS = 100;
/** A server that was there a moment ago will be there again in a moment: a call waits so long for it. */
const PATIENCE_MS = 5_000;
/** One that has been away for longer is not waited for. */
const AWAY_MS = 60_000;

/** A session with a server: opened, opened again with back-off after it is lost, until `close`. */
export class KeptSession<Session extends object> {
  status: ConnectionStatus = 'connecting';
  lastError: ErrorInfo | undefined;
  /** There while connected. */
  current: Session | undefined;

  private opening: Promise<void> | undefined;
  private retry: NodeJS.Timeout | undefined;
  private closed = false;
  private notBefore = 0;
  private openedAt = 0;
  /** Of the first failure since it was last open. */
  private failingSince: number | undefined;
  private readonly backoff: Backoff;

  constructor(private readonly options: KeptSessionOptions<Session>) {
    this.backoff = options.backoff ?? new Backoff(FIRST_RETRY_MS, LAST_RETRY_MS);
  }

  /** Resolves when open or when the attempt under way has failed; never rejects. */
  attempt(): Promise<void> {
    if (this.closed || this.current || performance.now() < this.notBefore) return Promise.resolve();
    clearTimeout(this.retry);
    this.opening ??= this.open().finally(() => {
      this.opening = undefined;
    });
    return this.opening;
  }

  /**
   * The session, opened where that is needed. While the server has not been away for long, attempts go on for some seconds, so
   * that one that is started anew costs calls time and no failure. Undefined where it cannot be had.
   *
   * @throws the signal's reason
   */
  async opened(timeoutMs: number, signal?: AbortSignal): Promise<Session | undefined> {
    const deadline = performance.now() + Math.min(PATIENCE_MS, timeoutMs / 2);
    for (;;) {
      if (!this.current) await this.attempt();
      signal?.throwIfAborted();
      const now = performance.now();
      const isAway = this.failingSince !== undefined && now - this.failingSince > AWAY_MS;
      if (this.current || this.closed || isAway || this.lastError?.retryable === false || now > deadline)
        return this.current;
      await sleep(Math.max(this.notBefore - now, 0) + 1);
    }
  }

  /** The session in use broke. */
  lost(session: Session, error: unknown): void {
    if (this.current !== session) return;
    this.current = undefined;
    // One that dies as soon as it is there is not opened at the same rate again and again.
    if (performance.now() - this.openedAt > GOOD_AFTER_MS) this.backoff.reset();
    void this.end(session);
    this.failed(error);
  }

  /** Ends the session in use; the next attempt opens another one, and until then there is none. */
  rest(): void {
    const session = this.current;
    if (!session || this.closed) return;
    this.current = undefined;
    this.status = 'idle';
    void this.end(session);
    this.options.onChange();
  }

  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.retry);
    await this.opening;
    const session = this.current;
    this.current = undefined;
    if (session) await this.options.end(session);
  }

  private async open(): Promise<void> {
    try {
      const session = await this.options.open();
      if (this.closed) return await this.end(session);
      this.current = session;
      this.openedAt = performance.now();
      this.failingSince = undefined;
      this.lastError = undefined;
      this.status = 'connected';
      this.options.onChange(session);
    } catch (error) {
      this.notBefore = performance.now() + PAUSE_MS;
      this.failed(error);
    }
  }

  private async end(session: Session): Promise<void> {
    await this.options.end(session).catch((error: unknown) => {
      this.options.logger.debug({ err: error, server: this.options.name }, 'A lost session did not end cleanly');
    });
  }

  private failed(error: unknown): void {
    if (this.closed) return;
    // Past `notBefore`, or the attempt would be none.
    const delay = Math.max(this.backoff.next(), PAUSE_MS + 50);
    this.failingSince ??= performance.now();
    if (this.status !== 'failing') {
      this.options.logger.warn(
        { err: error, server: this.options.name, retry_ms: delay },
        'A tool server is not reachable',
      );
    }
    this.status = 'failing';
    this.lastError = toErrorInfo(error);
    clearTimeout(this.retry);
    this.retry = setTimeout(() => void this.attempt(), delay);
    this.retry.unref();
    this.options.onChange();
  }
}
