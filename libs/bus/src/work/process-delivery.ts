import { setTimeout as sleep } from 'node:timers/promises';
import type { DescMessage, MessageShape } from '@bufbuild/protobuf';
import { decode, decodeOfService, SwitchyardError, TOKEN, toErrorInfo, type DeadLetter } from '@switchyard/contracts';
import { MESSAGING, SpanKind, SWITCHYARD, trace, withSpan, type SpanOptions } from '@switchyard/telemetry';
import type { Bus } from '../bus.js';
import { subjectTokens, type WorkKind } from '../subjects.js';
import { headersOf, incomingContext, incomingHeaders, readableHeaders } from '../trace/headers.js';
import type { ConsumerSpec } from './consumer-spec.js';
import { backoffMs } from './backoff.js';
import { deadLetter } from './dead-letter.js';
import type { Delivery } from './delivery.js';
import { isExhausted, isOutage, settle } from './settlement.js';
import type { WorkContext } from './work-context.js';
import { workMetrics } from './work-metrics.js';
import { DEFAULT_ACK_WAIT_MS, DEFAULT_MAX_DELIVER } from '../streams/consumer-config.js';

/** The one handler of a kind, and how its messages are read. */
export interface WorkHandler {
  schema: DescMessage;
  handle(message: MessageShape<DescMessage>, context: WorkContext): Promise<unknown>;
}

/** What ends work from outside. */
export interface WorkSignals {
  /** The process stops: nothing is begun any more. */
  stopping: AbortSignal;
  /** The grace is over: what is under way ends now. */
  aborting: AbortSignal;
}

/** One delivery from its arrival to its answer. Never throws: what goes wrong here ends in the log and in a redelivery. */
export async function processDelivery(
  bus: Bus,
  spec: ConsumerSpec,
  handler: WorkHandler,
  delivery: Delivery,
  { aborting: signal, stopping }: WorkSignals,
): Promise<void> {
  const labels = { service: bus.name, kind: spec.kind };
  if (delivery.info.delivery > 1) workMetrics.redelivered.inc(labels);
  // Three signs of life in each wait, so that two may be lost.
  const heartbeat = setInterval(() => delivery.working(), (spec.ackWaitMs ?? DEFAULT_ACK_WAIT_MS) / 3);
  workMetrics.running.inc(labels);
  const stop = workMetrics.seconds.startTimer(labels);
  const progress = { seq: 0 };
  try {
    await withSpan(`process ${spec.kind}`, spanOptions(bus, spec, delivery), async () => {
      try {
        await outlast(bus, delivery, stopping, (attempt) => handle(spec, handler, delivery, attempt, signal, progress));
      } catch (error) {
        await giveBack(bus, spec, delivery, error, signal, progress.seq);
        throw error;
      }
      workMetrics.handled.inc(labels);
      if (spec.confirmsAcks ?? true) await delivery.ack();
      else delivery.done();
    });
  } catch (error) {
    // Settled above, or the acknowledgement got lost: then the message comes again, and its handler finds it done.
    const code = error instanceof SwitchyardError ? error.code : 'internal';
    bus.logger.debug({ err: error, code, subject: delivery.msg.subject }, 'A delivery did not end well');
  } finally {
    clearInterval(heartbeat);
    workMetrics.running.dec(labels);
    stop();
  }
}

/** Keeps the message in hand while the database is away: handed back, it would count as failed again and again. */
async function outlast(
  bus: Bus,
  delivery: Delivery,
  stopping: AbortSignal,
  work: (attempt: number) => Promise<void>,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work(attempt);
    } catch (error) {
      if (!isOutage(error) || stopping.aborted) throw error;
      bus.logger.warn(
        { err: error, subject: delivery.msg.subject, attempt },
        'The database is away; work waits for it',
      );
      await sleep(backoffMs(attempt, { firstMs: 100, maxMs: 5_000 }), undefined, { signal: stopping }).catch(() => {
        throw error;
      });
    }
  }
}

async function handle(
  spec: ConsumerSpec,
  handler: WorkHandler,
  delivery: Delivery,
  attempt: number,
  signal: AbortSignal,
  progress: { seq: number },
): Promise<void> {
  const maxDeliver = spec.maxDeliver ?? DEFAULT_MAX_DELIVER;
  if (isExhausted(delivery.info.delivery, maxDeliver)) {
    throw new SwitchyardError(
      'work.exhausted',
      `Delivered ${delivery.info.delivery} times and never finished: every process that took it died or was stopped.`,
    );
  }
  // Anyone may publish tasks; all other work is of our own services.
  const read = spec.kind === 'tasks' ? decode : decodeOfService;
  const message = read(handler.schema, delivery.msg.data);
  const headers = incomingHeaders(headersOf(delivery.msg));
  await handler.handle(message, {
    kind: spec.kind,
    subject: delivery.msg.subject,
    headers,
    delivery: delivery.info.delivery + attempt - 1,
    timestamp: delivery.info.timestamp,
    streamSeq: delivery.info.streamSeq,
    msgId: headers['Nats-Msg-Id'],
    signal,
    lastRead: (seq) => {
      progress.seq = seq;
    },
  });
}

/** Hands a failed message back for later, or makes a dead letter of it before it is taken from the queue. */
async function giveBack(
  bus: Bus,
  spec: ConsumerSpec,
  delivery: Delivery,
  error: unknown,
  signal: AbortSignal,
  seq: number,
): Promise<void> {
  const labels = { service: bus.name, kind: spec.kind, code: toErrorInfo(error).code };
  workMetrics.failed.inc(labels);
  const settlement = settle({
    error,
    delivery: delivery.info.delivery,
    maxDeliver: spec.maxDeliver ?? DEFAULT_MAX_DELIVER,
    stopping: signal.aborted,
  });
  const about = { err: error, subject: delivery.msg.subject, delivery: delivery.info.delivery };
  if (settlement.action === 'retry') {
    bus.logger.warn({ ...about, delay_ms: settlement.delayMs }, 'Work failed; it is handed back for another try');
    delivery.nak(settlement.delayMs);
    return;
  }
  try {
    await deadLetter(bus, letterOf(bus, spec.kind, delivery, error, seq));
    await delivery.term();
    workMetrics.dead.inc(labels);
    bus.logger.error({ ...about, reason: settlement.reason }, 'Work failed for good; it is a dead letter now');
  } catch (failure) {
    // The cause comes first: as long as it is not stored, the message stays in its queue.
    bus.logger.error({ ...about, failure }, 'A dead letter could not be stored; the message stays in its queue');
    delivery.nak(DEAD_LETTER_RETRY_MS);
  }
}

const DEAD_LETTER_RETRY_MS = 5_000;

function letterOf(bus: Bus, kind: WorkKind, delivery: Delivery, cause: unknown, seq: number) {
  const { msg, info } = delivery;
  const { tokens } = subjectTokens(msg.subject, bus.prefix);
  const headers = incomingHeaders(readableHeaders(msg));
  return {
    kind,
    id: letterId(kind, tokens, headers['Nats-Msg-Id'], info.streamSeq),
    subject: msg.subject,
    cause,
    payload: msg.data,
    headers,
    deliveries: info.delivery,
    runId: runOf(kind, tokens),
    seq,
    // A stream that was made anew counts from 1 again.
    msgId: `dead:${info.stream}:${info.streamSeq}:${info.timestampNanos}`,
  };
}

/** What finds the dead letter again: the run or the call; of a task, which has neither yet, its own id or its number. */
function letterId(kind: WorkKind, tokens: string[], msgId: string | undefined, streamSeq: number): DeadLetter['id'] {
  const id = kind === 'event' ? tokens[1] : kind === 'tasks' || kind === 'feedback' ? msgId : tokens[1];
  return id !== undefined && TOKEN.test(id) ? id : `seq-${streamSeq}`;
}

function runOf(kind: WorkKind, tokens: string[]): string {
  return kind === 'exec' || kind === 'event' ? (tokens[1] ?? '') : '';
}

/** The first delivery continues the publisher's trace; a later one begins its own and points there. */
function spanOptions(bus: Bus, spec: ConsumerSpec, { msg, info }: Delivery): SpanOptions {
  const parent = incomingContext(bus.name, readableHeaders(msg));
  const sender = trace.getSpanContext(parent);
  const options: SpanOptions = {
    kind: SpanKind.CONSUMER,
    parent,
    attributes: {
      [MESSAGING.system]: 'nats',
      [MESSAGING.destination]: msg.subject,
      [MESSAGING.operation]: 'process',
      [MESSAGING.operationType]: 'process',
      [MESSAGING.consumer]: spec.durable,
      [SWITCHYARD.delivery]: info.delivery,
    },
  };
  if (info.delivery === 1 || !sender) return options;
  return { ...options, root: true, links: [{ context: sender }] };
}
