import type { Msg } from '@nats-io/transport-node';
import { SwitchyardError } from '@switchyard/contracts';
import type { Bus } from '../bus.js';

/** What the reply subject of a delivered message tells. */
export interface DeliveryInfo {
  stream: string;
  /** 1 at the first delivery. */
  delivery: number;
  streamSeq: number;
  timestamp: Date;
  /** The same to the nanosecond, as the stream has it: with the place it tells a message from one of a stream that was there before. */
  timestampNanos: string;
  /** Messages that wait for this consumer after this one. */
  pending: number;
}

/**
 * Reads a reply subject, `$JS.ACK.<stream>.<consumer>.<delivered>.<stream seq>.<consumer seq>.<nanoseconds>.<pending>`; with a
 * domain, domain and account hash stand before the stream. Source: ADR-15, github.com/nats-io/nats-architecture-and-design
 */
export function parseDelivery(reply: string): DeliveryInfo {
  const tokens = reply.split('.');
  const at = tokens.length === 9 ? 2 : 4;
  const number = (index: number) => Number.parseInt(tokens[at + index] ?? '', 10);
  const info = {
    stream: tokens[at] ?? '',
    delivery: number(2),
    streamSeq: number(3),
    timestamp: new Date(number(5) / 1_000_000),
    timestampNanos: tokens[at + 5] ?? '',
    pending: number(6),
  };
  if (
    tokens.length < 9 ||
    tokens[1] !== 'ACK' ||
    !Number.isSafeInteger(info.delivery) ||
    !Number.isSafeInteger(info.streamSeq)
  ) {
    throw new SwitchyardError('bus.bad_delivery', `"${reply}" is not the reply subject of a JetStream delivery.`);
  }
  return info;
}

/** One delivery of one message, and the answers to it. */
export class Delivery {
  readonly info: DeliveryInfo;

  constructor(
    private readonly bus: Pick<Bus, 'nc' | 'connection' | 'requests'>,
    readonly msg: Msg,
    private readonly reply: string,
  ) {
    this.info = parseDelivery(reply);
  }

  /** Done; resolves when the server has it. Rejects when it did not answer: then the message may come again. */
  async ack(): Promise<void> {
    await this.settle('+ACK');
  }

  /** Done, and nobody waits for the server's word: where it is lost, the message comes again. */
  done(): void {
    this.answer('+ACK');
  }

  /** Deliver it again, after the delay. */
  nak(delayMs = 0): void {
    this.answer(delayMs > 0 ? `-NAK {"delay":${Math.round(delayMs * 1_000_000)}}` : '-NAK');
  }

  /** Never deliver it again. Resolves when the server has it. */
  async term(): Promise<void> {
    await this.settle('+TERM');
  }

  /** Still at work: the wait for an answer begins anew. */
  working(): void {
    this.answer('+WPI');
  }

  /** An answer given while there is no server would be lost, and the work done twice. */
  private async settle(text: string): Promise<void> {
    if (!this.bus.connection.isUp) await this.bus.connection.up(ACK_TIMEOUT_MS);
    await this.bus.requests.ask(this.reply, text, { timeoutMs: ACK_TIMEOUT_MS });
  }

  private answer(text: string): void {
    // Without a connection there is nobody to tell; the server delivers again when the wait is over.
    const { nc } = this.bus;
    if (!nc.isClosed() && !nc.isDraining()) nc.publish(this.reply, text);
  }
}

const ACK_TIMEOUT_MS = 5_000;
