import { connect, headers, type NatsConnection } from '@nats-io/transport-node';
import {
  decode,
  encode,
  END_EVENT_TYPES,
  ErrorInfoSchema,
  fromErrorInfo,
  fromStore,
  RouterService,
  RunEventSchema,
  SubmitReplySchema,
  SwitchyardError,
  TaskRequestSchema,
  type JsonValue,
  type MessageInitShape,
  type RunEvent,
  type SubmitReply,
} from '@switchyard/contracts';

export interface BusOptions {
  /** `nats://user:password@host:port`. */
  url: string;
  /** Default "switchyard". */
  prefix?: string;
  /** Default "default". */
  tenant?: string;
}

export type TaskInit = Omit<MessageInitShape<typeof TaskRequestSchema>, '$typeName' | 'tenant'>;

/** Switchyard over NATS, for programs that have the bus. */
export class SwitchyardBus {
  private constructor(
    private readonly nc: NatsConnection,
    private readonly prefix: string,
    private readonly tenant: string,
  ) {}

  static async connect(options: BusOptions): Promise<SwitchyardBus> {
    const url = new URL(options.url);
    const credentials = url.username
      ? { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) }
      : {};
    const nc = await connect({ servers: url.host, ...credentials, maxReconnectAttempts: -1 });
    return new SwitchyardBus(nc, options.prefix ?? 'switchyard', options.tenant ?? 'default');
  }

  /**
   * Publishes a task and returns when the stream has it on disk; the router takes it from there. With an idempotency
   * key it is safe to publish again. What the router refuses becomes a dead letter.
   *
   * @throws SwitchyardError `bus.not_stored` (retryable)
   */
  async publishTask(task: TaskInit): Promise<void> {
    const id = task.idempotencyKey;
    const head = headers();
    if (id) head.set('Nats-Msg-Id', id);
    const reply = await this.#ask(`${this.prefix}.tasks.${this.tenant}`, encode(TaskRequestSchema, task), head);
    const ack = JSON.parse(reply.string()) as { error?: { description?: string }; stream?: string };
    if (ack.error || !ack.stream) {
      throw new SwitchyardError(
        'bus.not_stored',
        `The task was not stored: ${ack.error?.description ?? 'no acknowledgement'}. Publish it again.`,
        { retryable: true },
      );
    }
  }

  /** Asks the router, which answers after its commit. @throws SwitchyardError with the router's code */
  async submit(task: TaskInit): Promise<SubmitReply> {
    const { name } = RouterService.method.submit;
    const body = encode(TaskRequestSchema, { ...task, tenant: this.tenant });
    const reply = await this.#ask(`${this.prefix}.rpc.router.${name.toLowerCase()}`, body);
    const json = JSON.parse(reply.string()) as JsonValue;
    if (reply.headers?.get('Nats-Service-Error-Code')) throw fromErrorInfo(fromStore(ErrorInfoSchema, json));
    return fromStore(SubmitReplySchema, json);
  }

  /** Journal entries of all runs of the tenant, or of one, from now on. End the loop to stop listening. */
  async *events(options: { runId?: string; type?: string } = {}): AsyncGenerator<RunEvent> {
    const subscription = this.nc.subscribe(
      `${this.prefix}.event.${this.tenant}.${options.runId ?? '*'}.${options.type ?? '*'}`,
    );
    try {
      for await (const message of subscription) yield decode(RunEventSchema, message.data);
    } finally {
      subscription.unsubscribe();
    }
  }

  /** Publishes a task and waits for the event that ends its run: RunCompleted, RunFailed or RunCancelled. */
  async runTask(task: TaskInit & { idempotencyKey: string }, options: { timeoutMs?: number } = {}): Promise<RunEvent> {
    const ends = END_EVENT_TYPES.map((type) => this.nc.subscribe(`${this.prefix}.event.${this.tenant}.*.${type}`));
    const timeoutMs = options.timeoutMs ?? 60_000;
    const timer = setTimeout(() => ends.forEach((end) => end.unsubscribe()), timeoutMs);
    try {
      await this.nc.flush();
      await this.publishTask(task);
      const found = await Promise.any(
        ends.map(async (end) => {
          for await (const message of end) {
            const event = decode(RunEventSchema, message.data);
            if (event.idempotencyKey === task.idempotencyKey) return event;
          }
          throw new Error('ended');
        }),
      ).catch((cause: unknown) => {
        if (!(cause instanceof AggregateError)) throw cause;
        throw new SwitchyardError(
          'run.timeout',
          `The run of task "${task.idempotencyKey}" did not end within ${timeoutMs / 1000} s. It goes on.`,
          {
            retryable: true,
            cause,
          },
        );
      });
      return found;
    } finally {
      clearTimeout(timer);
      ends.forEach((end) => end.unsubscribe());
    }
  }

  async close(): Promise<void> {
    await this.nc.drain();
  }

  async #ask(subject: string, body: string, head = headers()) {
    try {
      return await this.nc.request(subject, body, { timeout: 5_000, headers: head });
    } catch (cause) {
      throw new SwitchyardError('bus.unavailable', `Nobody answered on ${subject}. Is the system running?`, {
        retryable: true,
        cause,
      });
    }
  }
}
