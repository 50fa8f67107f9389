import { setTimeout as delay } from 'node:timers/promises';
import { connect, headers, type Msg, type NatsConnection } from '@nats-io/transport-node';
import {
  decode,
  DeltaSchema,
  encode,
  END_EVENT_TYPES,
  ErrorInfoSchema,
  eventTypeOf,
  fromErrorInfo,
  fromStore,
  RouterService,
  RunEventSchema,
  SubmitReplySchema,
  SwitchyardError,
  TaskRequestSchema,
  type Delta,
  type JsonValue,
  type MessageInitShape,
  type RunEvent,
  type RunEventType,
  type SubmitReply,
} from '@switchyard/contracts';
import { eventHistory, inOrder } from './event-history.js';
import { RunEnds } from './run-ends.js';

export interface BusOptions {
  /** `nats://user:password@host:port`; several separated by commas. */
  url: string;
  /** Default "switchyard". */
  prefix?: string;
  /** Default "default". */
  tenant?: string;
}

export type TaskInit = Omit<MessageInitShape<typeof TaskRequestSchema>, '$typeName' | 'tenant'>;

export interface WaitOptions {
  /** Default 60,000. */
  timeoutMs?: number;
  /** Not before then; everything that the stream of events still has where absent. */
  since?: Date;
  signal?: AbortSignal;
}

/** After this the stream of events is asked too: what is only heard can be missed. */
const ASK_AFTER_MS = 2_000;

/** Switchyard over NATS, for programs that have the bus. */
export class SwitchyardBus {
  readonly #ends: RunEnds;

  private constructor(
    private readonly nc: NatsConnection,
    private readonly prefix: string,
    private readonly tenant: string,
  ) {
    this.#ends = new RunEnds(nc, this.#endSubjects());
  }

  /** @throws SwitchyardError `bus.unreachable` (retryable) */
  static async connect(options: BusOptions): Promise<SwitchyardBus> {
    const nc = await open(options.url);
    return new SwitchyardBus(nc, options.prefix ?? 'switchyard', options.tenant ?? 'default');
  }

  /**
   * Publishes a task and returns when the stream has it on disk; the router takes it from there. With an idempotency
   * key it is safe to publish again. What the router refuses becomes a dead letter.
   *
   * @throws SwitchyardError `bus.not_stored`, `bus.unavailable` (retryable)
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
    const subscription = this.nc.subscribe(this.#event(options.runId ?? '*', options.type ?? '*'));
    try {
      for await (const message of subscription) yield decode(RunEventSchema, message.data);
    } finally {
      subscription.unsubscribe();
    }
  }

  /**
   * One run's journal from the stream of events: what was, then what comes, each entry once and in order, to the end of
   * the run. The stream keeps events for a limited time: of a run that is older, ask the gateway.
   */
  async *follow(runId: string, options: { signal?: AbortSignal } = {}): AsyncGenerator<RunEvent> {
    const history = eventHistory(this.nc, { subjects: [this.#event(runId, '*')], signal: options.signal });
    for await (const event of inOrder(history)) {
      yield event;
      if (isEndType(eventTypeOf(event))) return;
    }
  }

  /** Pieces of the turn in progress of a run, from now on. End the loop to stop listening. */
  async *deltas(runId: string): AsyncGenerator<Delta> {
    const subscription = this.nc.subscribe(`${this.prefix}.stream.${this.tenant}.${runId}`);
    try {
      for await (const message of subscription) yield decode(DeltaSchema, message.data);
    } finally {
      subscription.unsubscribe();
    }
  }

  /**
   * The event that ends the run of a task: RunCompleted, RunFailed or RunCancelled, also where it came before the call.
   *
   * @throws SwitchyardError `run.timeout` (retryable): the run goes on
   */
  async waitForResult(idempotencyKey: string, options: WaitOptions = {}): Promise<RunEvent> {
    const timeout = AbortSignal.timeout(options.timeoutMs ?? 60_000);
    const signal = options.signal ? AbortSignal.any([timeout, options.signal]) : timeout;
    const history = eventHistory(this.nc, { subjects: this.#endSubjects(), since: options.since, signal });
    for await (const event of history) if (event.idempotencyKey === idempotencyKey) return event;
    options.signal?.throwIfAborted();
    throw runTimeout(idempotencyKey, options.timeoutMs ?? 60_000);
  }

  /**
   * Publishes a task and waits for the event that ends its run: RunCompleted, RunFailed or RunCancelled.
   *
   * @throws SwitchyardError `run.timeout` (retryable), and what `publishTask` throws
   */
  async runTask(task: TaskInit & { idempotencyKey: string }, options: { timeoutMs?: number } = {}): Promise<RunEvent> {
    const { idempotencyKey } = task;
    const timeoutMs = options.timeoutMs ?? 60_000;
    // The server's clock decides what is since; a minute covers how far clocks may differ.
    const since = new Date(Date.now() - 60_000);
    await this.#ends.listen();
    const given = new AbortController();
    let stop = (): void => undefined;
    const heard = new Promise<RunEvent>((resolve) => (stop = this.#ends.wait(idempotencyKey, resolve)));
    try {
      await this.publishTask(task);
      const asked = this.#askLater(idempotencyKey, { timeoutMs, since, signal: given.signal });
      return await Promise.race([heard, asked]);
    } finally {
      stop();
      given.abort();
    }
  }

  async close(): Promise<void> {
    await this.nc.drain();
  }

  async #askLater(idempotencyKey: string, options: Required<WaitOptions>): Promise<RunEvent> {
    const wait = Math.min(ASK_AFTER_MS, options.timeoutMs);
    await delay(wait, undefined, { signal: options.signal }).catch(() => undefined);
    if (options.signal.aborted) return new Promise(() => undefined);
    if (options.timeoutMs <= wait) throw runTimeout(idempotencyKey, options.timeoutMs);
    try {
      return await this.waitForResult(idempotencyKey, { ...options, timeoutMs: options.timeoutMs - wait });
    } catch (error) {
      // Heard meanwhile: nobody waits for this answer.
      if (options.signal.aborted) return new Promise(() => undefined);
      throw error instanceof SwitchyardError && error.code === 'run.timeout'
        ? runTimeout(idempotencyKey, options.timeoutMs)
        : error;
    }
  }

  #event(runId: string, type: string): string {
    return `${this.prefix}.event.${this.tenant}.${runId}.${type}`;
  }

  #endSubjects(): string[] {
    return END_EVENT_TYPES.map((type) => this.#event('*', type));
  }

  async #ask(subject: string, body: string, head = headers()): Promise<Msg> {
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

/** `SwitchyardBus.connect` with the options' names of NATS clients. */
export function connectSwitchyardBus(options: {
  servers: string;
  prefix?: string;
  tenant?: string;
}): Promise<SwitchyardBus> {
  const { servers, ...rest } = options;
  return SwitchyardBus.connect({ url: servers, ...rest });
}

async function open(text: string): Promise<NatsConnection> {
  const urls = text.split(',').map((part) => new URL(part.includes('://') ? part.trim() : `nats://${part.trim()}`));
  const user = decodeURIComponent(urls[0]?.username ?? '');
  const pass = decodeURIComponent(urls[0]?.password ?? '');
  const credentials = user === '' ? {} : pass === '' ? { token: user } : { user, pass };
  const servers = urls.map(({ host, protocol }) => `${protocol === 'tls:' ? 'tls' : 'nats'}://${host}`);
  try {
    return await connect({ servers, ...credentials, maxReconnectAttempts: -1 });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SwitchyardError(
      'bus.unreachable',
      `Cannot reach NATS at ${servers.join(', ')}: ${reason}. Is the system running?`,
      {
        retryable: true,
        cause,
      },
    );
  }
}

function isEndType(type: RunEventType): boolean {
  return END_EVENT_TYPES.some((end) => end === type);
}

function runTimeout(idempotencyKey: string, timeoutMs: number): SwitchyardError {
  return new SwitchyardError(
    'run.timeout',
    `The run of task "${idempotencyKey}" did not end within ${timeoutMs / 1_000} s. It goes on.`,
    {
      retryable: true,
    },
  );
}
