import type { DescMessage, MessageInitShape, MessageShape } from '@bufbuild/protobuf';
import { InvalidArgumentError, type Msg, type Subscription } from '@nats-io/transport-node';
import {
  create,
  decode,
  encode,
  ErrorInfoSchema,
  SwitchyardError,
  toErrorInfo,
  type ErrorInfo,
} from '@switchyard/contracts';
import { currentTraceId, MESSAGING, SpanKind, withSpan } from '@switchyard/telemetry';
import type { Bus } from '../bus.js';
import { drainSubscription } from '../drain-subscription.js';
import { EndpointStats } from '../discovery/endpoint-stats.js';
import { headersOf, incomingContext, incomingHeaders, plainHeaders, readableHeaders } from '../trace/headers.js';
import { errorReply } from './error-reply.js';
import type { RpcContext } from './rpc-context.js';
import { rpcMetrics } from './rpc-metrics.js';

export interface EndpointSpec<I extends DescMessage = DescMessage, O extends DescMessage = DescMessage> {
  /** As in discovery and metrics: "submit". */
  name: string;
  /** The span's name. */
  spanName: string;
  subject: string;
  /** Absent: every replica gets every request. */
  queue: string | undefined;
  input: I;
  output: O;
  handle: (message: MessageShape<I>, context: RpcContext) => Promise<MessageInitShape<O> | undefined>;
}

/** One subject that is answered: decodes, runs the handler in the caller's trace, encodes the reply or the error. */
export class RpcEndpoint<I extends DescMessage = DescMessage, O extends DescMessage = DescMessage> {
  readonly stats = new EndpointStats();
  private readonly running = new Set<Promise<void>>();
  private readonly aborting = new AbortController();
  private subscription: Subscription | undefined;

  constructor(
    private readonly bus: Bus,
    readonly spec: EndpointSpec<I, O>,
  ) {}

  listen(): void {
    const { subject, queue } = this.spec;
    this.subscription = this.bus.nc.subscribe(subject, {
      ...(queue === undefined ? {} : { queue }),
      callback: (error, msg) => {
        if (error) {
          this.bus.logger.error({ err: error, subject }, 'NATS refused a subscription; nobody answers here');
          return;
        }
        const answer = this.answer(msg);
        this.running.add(answer);
        void answer.finally(() => this.running.delete(answer));
      },
    });
  }

  /** Takes what is on its way, then nothing more; requests in hand have the grace to be answered. */
  async stop(graceMs: number): Promise<void> {
    if (this.subscription) await drainSubscription(this.bus, this.subscription);
    const timer = setTimeout(() => this.aborting.abort(new Error('The process stops and the grace is over')), graceMs);
    const hard = new Promise<void>((resolve) => setTimeout(resolve, graceMs + AFTER_ABORT_MS).unref());
    await Promise.race([Promise.all(this.running), hard]);
    clearTimeout(timer);
  }

  private async answer(msg: Msg): Promise<void> {
    const { spec, bus } = this;
    const started = process.hrtime.bigint();
    const attributes = {
      [MESSAGING.system]: 'nats',
      [MESSAGING.destination]: spec.subject,
      'rpc.system': 'nats',
      'rpc.method': spec.name,
    };
    const parent = incomingContext(bus.name, readableHeaders(msg));
    let code = 'ok';
    try {
      await withSpan(spec.spanName, { kind: SpanKind.SERVER, parent, attributes }, async () => {
        try {
          const body = await this.run(msg);
          if (body !== undefined) msg.respond(body);
        } catch (error) {
          code = this.refuse(msg, error);
          throw error;
        }
      });
    } catch {
      // Answered, or logged, in `refuse`; thrown on only for the span to see it.
    }
    const nanos = Number(process.hrtime.bigint() - started);
    this.stats.record(nanos, code === 'ok' ? undefined : code);
    rpcMetrics.requests.inc({ service: bus.name, method: spec.name, code });
    rpcMetrics.seconds.observe({ service: bus.name, method: spec.name }, nanos / 1e9);
  }

  private async run(msg: Msg): Promise<string | undefined> {
    const { input, output, queue, handle } = this.spec;
    const message = decode(input, msg.data);
    const reply = await handle(message, {
      subject: msg.subject,
      headers: incomingHeaders(headersOf(msg)),
      signal: this.aborting.signal,
    });
    if (reply !== undefined) return encode(output, reply);
    // Who answers alone always answers: nothing returned is a message with nothing in it.
    return queue === undefined ? undefined : encode(output, create(output));
  }

  /** @returns the code that the caller sees */
  private refuse(msg: Msg, error: unknown): string {
    const info = this.publicError(error);
    const { queue, subject } = this.spec;
    if (queue === undefined || !msg.reply) {
      this.bus.logger.warn({ err: error, subject }, 'A request failed and nobody is told');
      return info.code;
    }
    const { body, headers } = errorReply(info);
    try {
      msg.respond(body, { headers: plainHeaders(headers) });
    } catch (failure) {
      this.bus.logger.error({ err: failure, subject, code: info.code }, 'An error could not be sent to the caller');
    }
    return info.code;
  }

  /** What was foreseen goes out as it is; the rest is logged here, and the caller gets the trace to find it by. */
  private publicError(error: unknown): ErrorInfo {
    if (error instanceof SwitchyardError) return toErrorInfo(error);
    if (error instanceof InvalidArgumentError && /payload/i.test(error.message)) {
      return create(ErrorInfoSchema, {
        code: 'rpc.reply_too_large',
        message: `The reply is larger than NATS takes: ask for less at once.`,
      });
    }
    this.bus.logger.error({ err: error, subject: this.spec.subject }, 'A request failed unforeseen');
    const trace = currentTraceId();
    return create(ErrorInfoSchema, {
      code: 'internal',
      message: `${this.bus.name} failed unforeseen${trace ? `; its log has the cause under trace ${trace}` : ''}. Try again.`,
      retryable: true,
      details: trace ? { trace_id: trace } : {},
    });
  }
}

const AFTER_ABORT_MS = 1_000;
