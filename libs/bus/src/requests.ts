import {
  createInbox,
  NoRespondersError,
  PermissionViolationError,
  TimeoutError,
  type Msg,
  type MsgHdrs,
  type NatsConnection,
} from '@nats-io/transport-node';
import { SwitchyardError } from '@switchyard/contracts';

export interface AskOptions {
  timeoutMs: number;
  headers?: MsgHdrs;
  /** The server itself answers: where the connection is lost, its answer does not come any more, and is not waited for. */
  untilLost?: boolean;
}

interface Asked {
  subject: string;
  untilLost: boolean;
  timer: NodeJS.Timeout;
  resolve: (reply: Msg) => void;
  reject: (error: unknown) => void;
}

/** What the server says where nobody listens. Source: NATS client protocol, "No responders". */
const NO_RESPONDERS = 503;

/**
 * Requests whose replies come through one subscription. The client's own way makes an error, with its stack, for every
 * request that is answered; here nothing is made that is not needed.
 */
export class Requests {
  readonly #open = new Map<string, Asked>();
  #inbox: string | undefined;
  #count = 0;

  constructor(private readonly nc: NatsConnection) {
    void this.#watch();
  }

  /**
   * @throws NoRespondersError, TimeoutError, PermissionViolationError, and what `nc.publish` throws;
   *   SwitchyardError `bus.unavailable` retryable where the connection is closed, or lost (`untilLost`)
   */
  ask(subject: string, body: string | Uint8Array, options: AskOptions): Promise<Msg> {
    return new Promise((resolve, reject) => {
      const token = (this.#count++).toString(36);
      const timer = setTimeout(() => this.#fail(token, new TimeoutError()), options.timeoutMs);
      this.#open.set(token, { subject, untilLost: options.untilLost ?? false, timer, resolve, reject });
      try {
        const reply = `${this.#listen()}${token}`;
        this.nc.publish(subject, body, options.headers ? { reply, headers: options.headers } : { reply });
      } catch (error) {
        this.#fail(token, error);
      }
    });
  }

  #listen(): string {
    if (this.#inbox !== undefined) return this.#inbox;
    const inbox = `${createInbox()}.`;
    this.nc.subscribe(`${inbox}*`, {
      // Errors of the subscription end it; they are in the connection's status, where they are logged.
      callback: (error, msg) => {
        if (!error) this.#replied(msg.subject.slice(inbox.length), msg);
      },
    });
    return (this.#inbox = inbox);
  }

  /** A reply that comes too late is nobody's. */
  #replied(token: string, msg: Msg): void {
    const asked = this.#take(token);
    if (!asked) return;
    if (msg.data.length === 0 && isRefusal(msg)) asked.reject(new NoRespondersError(asked.subject));
    else asked.resolve(msg);
  }

  #fail(token: string, error: unknown): void {
    this.#take(token)?.reject(error);
  }

  #take(token: string): Asked | undefined {
    const asked = this.#open.get(token);
    if (!asked) return undefined;
    this.#open.delete(token);
    clearTimeout(asked.timer);
    return asked;
  }

  #failAll(error: () => unknown, which: (asked: Asked) => boolean = () => true): void {
    for (const [token, asked] of [...this.#open]) if (which(asked)) this.#fail(token, error());
  }

  async #watch(): Promise<void> {
    for await (const status of this.nc.status()) {
      if (status.type === 'disconnect')
        this.#failAll(
          () => unavailable('The connection to NATS was lost; try again.'),
          (asked) => asked.untilLost,
        );
      if (status.type === 'error' && status.error instanceof PermissionViolationError) {
        const { operation, subject } = status.error;
        if (operation === 'publish')
          this.#failAll(
            () => status.error,
            (asked) => asked.subject === subject,
          );
      }
    }
    this.#failAll(() => unavailable('The connection to NATS was closed.'));
  }
}

function isRefusal(msg: Msg): boolean {
  try {
    return msg.headers?.code === NO_RESPONDERS;
  } catch {
    // Headers that cannot be read are no status; whoever reads the reply meets them.
    return false;
  }
}

function unavailable(message: string): SwitchyardError {
  return new SwitchyardError('bus.unavailable', message, { retryable: true });
}
