import { createInbox, type Msg, type Subscription } from '@nats-io/transport-node';
import { SwitchyardError } from '@switchyard/contracts';
import type { Bus } from '../bus.js';
import { drainSubscription } from '../drain-subscription.js';
import { Delivery } from './delivery.js';

/**
 * How long one pull waits at the server, in milliseconds. Short, because a pull that meets a consumer while it is being
 * deleted is answered by nobody, and only its end tells.
 */
const PULL_EXPIRES_MS = 5_000;
/**
 * Pulls of one process that wait at the server at a time. Messages come as fast with these as with one for every free slot, and
 * the server holds but so many for a consumer (`max_waiting`), from all processes together.
 */
export const MOST_PULLS = 64;
/** How long is waited where the server holds as many pulls as it may, in milliseconds. */
const TOO_MANY_MS = 1_000;
/** This long after its end, the pull was lost: the server forgot it, or moved. */
const LOST_AFTER_MS = 2_000;

interface Asker {
  resolve(delivery: Delivery | undefined): void;
  reject(error: SwitchyardError): void;
}

interface Waiter extends Asker {
  timer: NodeJS.Timeout;
}

/**
 * Takes messages from a durable consumer one by one: each pull is of one message, so there are never more messages on the
 * way than callers that wait. Where many wait, the first of them pull, and the others when these have what they came for. All pulls share one subscription, which can be drained: a message that was
 * sent while this stops still arrives, where the client library's `next()` would lose it until its ack wait is over. One
 * that the server sends after the subscription ended finds nobody, and the server gives it to the next pull.
 */
export class PullQueue {
  private readonly inbox: string;
  private readonly subscription: Subscription;
  private readonly waiters: Waiter[] = [];
  /** Those who pull when others no longer do, in the order in which they came. */
  private queued: Asker[] = [];
  private readonly pullSubject: string;
  private readonly pull: string;
  private serial = 0;
  private draining: Promise<void> | undefined;

  constructor(
    private readonly bus: Pick<Bus, 'nc' | 'connection' | 'requests'>,
    stream: string,
    durable: string,
    private readonly expiresMs = PULL_EXPIRES_MS,
  ) {
    this.inbox = createInbox();
    this.pull = JSON.stringify({ batch: 1, expires: expiresMs * 1_000_000 });
    this.pullSubject = `$JS.API.CONSUMER.MSG.NEXT.${stream}.${durable}`;
    this.subscription = bus.nc.subscribe(`${this.inbox}.*`, { callback: (error, msg) => this.receive(error, msg) });
  }

  /**
   * The next message; nothing when none came in a few seconds, or when this was drained.
   *
   * @throws SwitchyardError `bus.pull_failed` (retryable): the consumer is gone, or the server cannot serve it now
   */
  next(): Promise<Delivery | undefined> {
    if (this.draining) return Promise.resolve(undefined);
    return new Promise((resolve, reject) => {
      const asker = { resolve, reject };
      if (this.waiters.length < MOST_PULLS) this.ask(asker);
      else this.queued.push(asker);
    });
  }

  /** Ends every pull with an error: whatever was asked before is forgotten by the server. Who has not pulled yet asks anew. */
  interrupt(reason: string): void {
    for (const waiter of this.waiters.splice(0)) {
      clearTimeout(waiter.timer);
      waiter.reject(pullError(reason));
    }
    this.dismissQueued();
  }

  /** Asks for nothing more, waits for what is on its way, then ends the waits without a message. */
  drain(): Promise<void> {
    this.draining ??= this.finish();
    return this.draining;
  }

  private async finish(): Promise<void> {
    try {
      await drainSubscription(this.bus, this.subscription);
    } finally {
      for (const waiter of this.waiters.splice(0)) {
        clearTimeout(waiter.timer);
        waiter.resolve(undefined);
      }
      this.dismissQueued();
    }
  }

  private ask({ resolve, reject }: Asker): void {
    const timer = setTimeout(() => this.lost(waiter), this.expiresMs + LOST_AFTER_MS);
    const waiter: Waiter = { resolve, reject, timer };
    this.waiters.push(waiter);
    this.serial = (this.serial + 1) % Number.MAX_SAFE_INTEGER;
    try {
      this.bus.nc.publish(this.pullSubject, this.pull, { reply: `${this.inbox}.${this.serial}` });
    } catch (cause) {
      this.remove(waiter)?.reject(pullError('the connection is closed', cause));
    }
  }

  private dismissQueued(): void {
    const queued = this.queued;
    this.queued = [];
    for (const { resolve } of queued) resolve(undefined);
  }

  private receive(error: Error | null, msg: Msg): void {
    if (error) return this.interrupt(`NATS refused the subscription: ${error.message}`);
    if (msg.subject.startsWith(this.inbox)) return this.status(msg);
    // Whoever guessed the inbox may send what he likes; only the server's deliveries can be answered.
    if (!msg.reply?.startsWith('$JS.ACK.')) return;
    const delivery = new Delivery(this.bus, msg, msg.reply);
    const waiter = this.take();
    // Nobody waits (the pull was given up as lost): back it goes, for whoever is free.
    if (waiter) waiter.resolve(delivery);
    else delivery.nak();
  }

  /** Status messages: https://docs.nats.io/reference/reference-protocols/nats_api_reference and ADR-37. */
  private status(msg: Msg): void {
    const code = msg.headers?.code ?? 0;
    const description = msg.headers?.description ?? '';
    if (code === 100) return;
    const empty = code === 404 || code === 408 || (code === 409 && /batch completed/i.test(description));
    if (empty) return this.take()?.resolve(undefined);
    // A deleted consumer, a moved leader or a stopped server forget every pull, not only the one they answer.
    if (code === 409 && /deleted|leadership|shutdown/i.test(description)) return this.interrupt(description);
    if (code === 503) return this.interrupt('nobody serves the consumer');
    if (code === 409 && /maxwaiting/i.test(description)) {
      const refused = this.remove();
      if (refused) setTimeout(() => refused.resolve(undefined), TOO_MANY_MS * (1 + Math.random()));
      return;
    }
    this.take()?.reject(pullError(`${code} ${description}`));
  }

  private lost(waiter: Waiter): void {
    this.take(waiter)?.reject(pullError('the server forgot the pull'));
  }

  /** The same as `remove`, and the next in the queue pulls in its place. */
  private take(wanted?: Waiter): Waiter | undefined {
    const waiter = this.remove(wanted);
    if (waiter && !this.draining) {
      const next = this.queued.shift();
      if (next) this.ask(next);
    }
    return waiter;
  }

  /** The longest waiter, or this one if it still waits. The server answers pulls in the order in which they came. */
  private remove(wanted: Waiter | undefined = this.waiters[0]): Waiter | undefined {
    const index = wanted ? this.waiters.indexOf(wanted) : -1;
    if (index < 0) return undefined;
    const [waiter] = this.waiters.splice(index, 1);
    clearTimeout(waiter?.timer);
    return waiter;
  }
}

function pullError(reason: string, cause?: unknown): SwitchyardError {
  return new SwitchyardError('bus.pull_failed', `The consumer cannot be asked for work: ${reason}.`, {
    retryable: true,
    cause,
  });
}
