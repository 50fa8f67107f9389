import { setTimeout as delay } from 'node:timers/promises';
import { headers, type NatsConnection } from '@nats-io/transport-node';
import {
  DeltaSchema,
  encode,
  END_EVENT_TYPES,
  eventTypeOf,
  GiveFeedbackRequestSchema,
  RunEventSchema,
  SwitchyardError,
  TaskRequestSchema,
  toValue,
  type Delta,
  type MessageInitShape,
  type RunEvent,
  type RunEventType,
  type SubmitReply,
} from '@switchyard/contracts';
import { ask } from './ask.js';
import { eventHistory, inOrder } from './event-history.js';
import { openConnection } from './open-connection.js';
import { readMessages } from './read-messages.js';
import { RouterCalls } from './router-calls.js';
import { RunEnds } from './run-ends.js';
import { taskMessage, type TaskInit } from './task-init.js';

export interface BusOptions {
  /** `nats://user:password@host:port`; several separated by commas. */
  url: string;
  /** Default "switchyard". */
  prefix?: string;
  /** Default "default". */
  tenant?: string;
}

/** What is said of a run: `value` is true, false, a number from 0 to 1, or null to take back. */
export type FeedbackInit = Omit<
  MessageInitShape<typeof GiveFeedbackRequestSchema>,
  '$typeName' | 'tenant' | 'value'
> & {
  runId: string;
  value: boolean | number | null;
};

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
  readonly #router: RouterCalls;

  private constructor(
    private readonly nc: NatsConnection,
    private readonly prefix: string,
    private readonly tenant: string,
  ) {
    this.#ends = new RunEnds(nc, this.#endSubjects('*'));
    this.#router = new RouterCalls(nc, prefix, tenant);
  }

  /** @throws SwitchyardError `bus.unreachable` (retryable) */
  static async connect(options: BusOptions): Promise<SwitchyardBus> {
    const nc = await openConnection(options.url);
    return new SwitchyardBus(nc, options.prefix ?? 'switchyard', options.tenant ?? 'default');
  }

  /**
   * Publishes a task and returns when the stream has it on disk; the router takes it from there. With an idempotency
   * key it is safe to publish again. What the router refuses becomes a dead letter.
   *
   * @throws SwitchyardError `bus.not_stored`, `bus.unavailable`, `bus.timeout` (retryable), `task.too_large`
   */
  publishTask(task: TaskInit): Promise<void> {
    return this.#store('tasks', 'The task', encode(TaskRequestSchema, taskMessage(task)), task.idempotencyKey);
  }

  /**
   * Says what a run was worth, and returns when the stream has it on disk; the evaluator takes it from there. With an id it
   * is safe to publish again. What the evaluator refuses becomes a dead letter.
   *
   * @throws SwitchyardError `bus.not_stored`, `bus.unavailable`, `bus.timeout` (retryable)
   */
  publishFeedback({ value, ...said }: FeedbackInit): Promise<void> {
    const body = encode(GiveFeedbackRequestSchema, { ...said, value: toValue(value) });
    return this.#store('feedback', 'The feedback', body, said.id);
  }

  async #store(kind: 'tasks' | 'feedback', what: string, body: string, id: string | undefined): Promise<void> {
    const head = headers();
    if (id) head.set('Nats-Msg-Id', id);
    const reply = await ask(this.nc, `${this.prefix}.${kind}.${this.tenant}`, body, head);
    const ack = JSON.parse(reply.string()) as { error?: { description?: string }; stream?: string };
    if (ack.error || !ack.stream) {
      throw new SwitchyardError(
        'bus.not_stored',
        `${what} was not stored: ${ack.error?.description ?? 'no acknowledgement'}. Publish it again.`,
        { retryable: true },
      );
    }
  }

  /** Asks the router, which answers after its commit. @throws SwitchyardError with the router's code */
  submit(task: TaskInit): Promise<SubmitReply> {
    return this.#router.submit(task);
  }

  /** Journal entries of all runs of the tenant, or of one, from now on. End the loop to stop listening. */
  async *events(options: { runId?: string; type?: string } = {}): AsyncGenerator<RunEvent> {
    const subscription = this.nc.subscribe(this.#event(options.runId ?? '*', options.type ?? '*'));
    try {
      yield* readMessages(RunEventSchema, subscription);
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
      yield* readMessages(DeltaSchema, subscription);
    } finally {
      subscription.unsubscribe();
    }
  }

  /**
   * The event that ends the run of a task: RunCompleted, RunFailed or RunCancelled, also where it came before the call.
   *
   * @throws SwitchyardError `run.timeout` (retryable): no run of the task ended by then, or the task was not accepted
   */
  async waitForResult(idempotencyKey: string, options: WaitOptions = {}): Promise<RunEvent> {
    const timeoutMs = options.timeoutMs ?? 60_000;
    const timeout = AbortSignal.timeout(timeoutMs);
    const signal = options.signal ? AbortSignal.any([timeout, options.signal]) : timeout;
    const history = eventHistory(this.nc, { subjects: this.#endSubjects('*'), since: options.since, signal });
    for await (const event of history) if (event.idempotencyKey === idempotencyKey) return event;
    options.signal?.throwIfAborted();
    throw runTimeout(
      `No run of task "${idempotencyKey}" ended within ${timeoutMs / 1_000} s. It goes on, if the task was accepted; what was refused is a dead letter.`,
    );
  }

  /**
   * Submits a task and waits for the event that ends its run: RunCompleted, RunFailed or RunCancelled. Of a task that was
   * run before, however long ago, it is the end of that run.
   *
   * @throws SwitchyardError `run.timeout` (retryable): the run goes on; and what `submit` throws
   */
  async runTask(task: TaskInit & { idempotencyKey: string }, options: { timeoutMs?: number } = {}): Promise<RunEvent> {
    const timeoutMs = options.timeoutMs ?? 60_000;
    await this.#ends.listen();
    const given = new AbortController();
    let stop = (): void => undefined;
    // Before the task is submitted: its end may be heard sooner than the answer.
    const heard = new Promise<RunEvent>((resolve) => (stop = this.#ends.wait(task.idempotencyKey, resolve)));
    try {
      const { runId, duplicate } = await this.submit(task);
      const ended = duplicate ? await this.#router.endOf(runId) : undefined;
      return ended ?? (await Promise.race([heard, this.#askLater(runId, timeoutMs, given.signal)]));
    } finally {
      stop();
      given.abort();
    }
  }

  async close(): Promise<void> {
    await this.nc.drain();
  }

  /** The end of a run from the stream of events; never settles once nobody waits for it. */
  async #askLater(runId: string, timeoutMs: number, given: AbortSignal): Promise<RunEvent> {
    const timeout = AbortSignal.timeout(timeoutMs);
    const signal = AbortSignal.any([timeout, given]);
    try {
      await delay(ASK_AFTER_MS, undefined, { signal }).catch(() => undefined);
      for await (const event of eventHistory(this.nc, { subjects: this.#endSubjects(runId), signal })) return event;
    } catch (error) {
      if (!given.aborted) throw error;
    }
    if (given.aborted) return new Promise(() => undefined);
    throw runTimeout(`The run ${runId} did not end within ${timeoutMs / 1_000} s. It goes on.`);
  }

  #event(runId: string, type: string): string {
    return `${this.prefix}.event.${this.tenant}.${runId}.${type}`;
  }

  #endSubjects(runId: string): string[] {
    return END_EVENT_TYPES.map((type) => this.#event(runId, type));
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

function isEndType(type: RunEventType): boolean {
  return END_EVENT_TYPES.some((end) => end === type);
}

function runTimeout(message: string): SwitchyardError {
  return new SwitchyardError('run.timeout', message, { retryable: true });
}
