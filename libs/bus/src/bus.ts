import type { DescMessage, MessageInitShape, MessageShape } from '@bufbuild/protobuf';
import type { JetStreamClient, PubAck } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { decodeOfService, encode } from '@switchyard/contracts';
import {
  asService,
  context,
  MESSAGING,
  metrics,
  SpanKind,
  withSpan,
  type Attributes,
  type Logger,
} from '@switchyard/telemetry';
import { Connectivity } from './connectivity.js';
import { closeConnection } from './close-connection.js';
import { drainSubscription } from './drain-subscription.js';
import { pubAckOf } from './pub-ack.js';
import { publishError } from './publish-error.js';
import { Requests } from './requests.js';
import { exchange } from './rpc/exchange.js';
import { subjectTokens, type Subjects } from './subjects.js';
import { headersOf, incomingContext, outgoingHeaders, readableHeaders, type HeaderRecord } from './trace/headers.js';

export interface PublishOptions {
  /** `Nats-Msg-Id`: within the stream's dedupe window, the same id is stored once. */
  msgId?: string | undefined;
  headers?: HeaderRecord;
}

/** A message of several that are published together. */
export interface OutgoingMessage {
  subject: string;
  body: string;
  /** As in `PublishOptions`. */
  msgId: string;
}

export interface RequestOptions {
  /** Default 5,000. */
  timeoutMs?: number;
  signal?: AbortSignal;
  headers?: HeaderRecord;
  /** The last thing before it is sent, once there is a connection; where it throws, nothing is sent, and that is thrown. */
  beforeSend?: () => Promise<void>;
}

export interface SubscribeOptions {
  /** Members of a queue group share the messages. */
  queue?: string;
}

/** A running subscription. */
export interface Listening {
  /** Takes what is already on its way, then nothing more. */
  stop(): Promise<void>;
}

/** What a subscriber learns besides the message. */
export interface MessageInfo {
  subject: string;
}

const PUBLISH_TIMEOUT_MS = 5_000;

/** One service's connection to NATS: typed messages, traces and errors over core NATS and JetStream. See `connectBus`. */
export class Bus {
  readonly connection: Connectivity;
  readonly requests: Requests;

  /** @param name the service's name in NATS and in traces: "switchyard-router" */
  constructor(
    readonly nc: NatsConnection,
    readonly js: JetStreamClient,
    readonly subjects: Subjects,
    readonly name: string,
    readonly logger: Logger,
  ) {
    this.connection = new Connectivity(nc);
    this.requests = new Requests(nc);
  }

  get prefix(): string {
    return this.subjects.prefix;
  }

  /**
   * Publishes to a stream and waits until it is stored.
   *
   * @throws SwitchyardError `bus.no_stream`, `bus.unavailable`, `bus.full` (retryable), `bus.too_large` (terminal)
   */
  publish<D extends DescMessage>(
    subject: string,
    schema: D,
    init: MessageInitShape<D>,
    options: PublishOptions = {},
  ): Promise<PubAck> {
    return this.publishText(subject, encode(schema, init), options);
  }

  /** `publish` for a body that is text already. */
  publishText(subject: string, body: string | Uint8Array, options: PublishOptions = {}): Promise<PubAck> {
    const id = options.msgId === undefined ? {} : { [MESSAGING.messageId]: options.msgId };
    return this.publishing(subject, id, () => this.store(subject, body, options));
  }

  /** Several that belong together, in order, in one span. What became of each comes in the same order. */
  publishTogether(messages: readonly OutgoingMessage[]): Promise<PromiseSettledResult<PubAck>[]> {
    const [first] = messages;
    if (!first) return Promise.resolve([]);
    const count = { [MESSAGING.batchCount]: messages.length };
    return this.publishing(first.subject, count, () =>
      Promise.allSettled(messages.map(({ subject, body, msgId }) => this.store(subject, body, { msgId }))),
    );
  }

  private publishing<T>(subject: string, about: Attributes, send: () => Promise<T>): Promise<T> {
    const attributes = {
      [MESSAGING.system]: 'nats',
      [MESSAGING.destination]: subject,
      [MESSAGING.operation]: 'publish',
      [MESSAGING.operationType]: 'send',
      ...about,
    };
    return asService(this.name, () =>
      withSpan(`publish ${this.kindOf(subject)}`, { kind: SpanKind.PRODUCER, attributes }, send),
    );
  }

  private async store(subject: string, body: string | Uint8Array, { msgId, headers }: PublishOptions): Promise<PubAck> {
    const sent = outgoingHeaders(headers);
    if (msgId !== undefined) sent.set('Nats-Msg-Id', msgId);
    try {
      if (!this.connection.isUp) await this.connection.up(PUBLISH_TIMEOUT_MS);
      const options = { timeoutMs: PUBLISH_TIMEOUT_MS, headers: sent, untilLost: true };
      return pubAckOf(await this.requests.ask(subject, body, options));
    } catch (cause) {
      throw publishError(subject, cause);
    }
  }

  /** Publishes on core NATS: whoever listens now gets it, nobody says so. */
  emit<D extends DescMessage>(
    subject: string,
    schema: D,
    init: MessageInitShape<D>,
    options: { headers?: HeaderRecord } = {},
  ): void {
    const body = encode(schema, init);
    try {
      this.nc.publish(subject, body, { headers: outgoingHeaders(options.headers) });
    } catch (cause) {
      throw publishError(subject, cause);
    }
  }

  /** Listens on core NATS, in the sender's trace. What cannot be read, and what the handler throws, is counted and logged. */
  subscribe<D extends DescMessage>(
    subject: string,
    schema: D,
    handler: (message: MessageShape<D>, info: MessageInfo) => void | Promise<void>,
    options: SubscribeOptions = {},
  ): Listening {
    const subscription = this.nc.subscribe(subject, {
      ...(options.queue === undefined ? {} : { queue: options.queue }),
      callback: (error, msg) => {
        if (error) return this.subscriberFailed(subject, error);
        void context.with(incomingContext(this.name, readableHeaders(msg)), async () => {
          try {
            headersOf(msg);
            await handler(decodeOfService(schema, msg.data), { subject: msg.subject });
          } catch (failure) {
            this.subscriberFailed(msg.subject, failure);
          }
        });
      },
    });
    return { stop: () => drainSubscription(this, subscription) };
  }

  /**
   * Asks and waits for one reply.
   *
   * @throws SwitchyardError what the other side threw, with its code; `rpc.unavailable` (nobody listens) and `rpc.timeout`,
   *   both retryable; `rpc.aborted` when the signal fires
   */
  request<I extends DescMessage, O extends DescMessage>(
    subject: string,
    input: I,
    output: O,
    init: MessageInitShape<I>,
    options: RequestOptions = {},
  ): Promise<MessageShape<O>> {
    return exchange(
      this,
      { subject, name: `request ${this.kindOf(subject)}`, who: subject },
      input,
      output,
      init,
      options,
    );
  }

  /** Ends all subscriptions, sends what is buffered, and closes the connection. */
  close(): Promise<void> {
    return closeConnection(this);
  }

  private kindOf(subject: string): string {
    return subjectTokens(subject, this.prefix).kind || subject;
  }

  private subscriberFailed(subject: string, error: unknown): void {
    const kind = this.kindOf(subject);
    metrics
      .counter('switchyard_bus_subscriber_errors_total', 'Core NATS messages that could not be read or handled.', [
        'kind',
      ])
      .inc({ kind });
    this.logger.warn({ err: error, subject }, 'A message on core NATS could not be handled; it is dropped');
  }
}
