import type { Msg } from '@nats-io/transport-node';
import { rpcSubject, type Bus } from '@switchyard/bus';
import {
  create,
  decode,
  encode,
  ListEventsQuerySchema,
  RouterService,
  EventListSchema,
  RunEventSchema,
  RunQuerySchema,
  RunSchema,
  timestampFromMs,
  toValue,
  type RunEvent,
} from '@switchyard/contracts';

export const TENANT = 'completions';
export const FINGERPRINT = `sha256:${'c'.repeat(64)}`;
const AGENT = 'measured';
const USAGE = { inputTokens: 900, outputTokens: 120 };

/** The two events of a run that the evaluator is told of, as executors and router write them. */
export function eventsOf(runId: string, atMs: number): { accepted: RunEvent; completed: RunEvent } {
  const identity = { tenant: TENANT, runId, taskId: runId.replace('run', 'task'), agent: AGENT, idempotencyKey: runId };
  return {
    accepted: create(RunEventSchema, {
      ...{ ...identity, seq: 1, time: timestampFromMs(atMs - 2_000), actor: 'router' },
      body: {
        case: 'runAccepted',
        value: { input: toValue(inputOf(runId)), user: 'ann', metadata: { channel: 'mail' } },
      },
    }),
    completed: create(RunEventSchema, {
      ...{ ...identity, seq: 9, time: timestampFromMs(atMs), actor: 'executor' },
      body: {
        case: 'runCompleted',
        value: {
          ...{ output: toValue('Order 12 is refunded.'), costUsd: 0.004, durationMs: 2_000, turns: 3, toolCalls: 2 },
          ...{ configuration: FINGERPRINT, backend: 'measured', usage: USAGE },
        },
      },
    }),
  };
}

/** Answers for the router, from what a run's id says: its own speed is none of what is measured. */
export function standInForJournal(bus: Bus): { asked: () => number; stop: () => void } {
  let asked = 0;
  const answer = (subject: string, reply: (message: Msg) => string) =>
    bus.nc.subscribe(subject, {
      callback: (error, message) => {
        if (error) throw error;
        asked += 1;
        message.respond(reply(message));
      },
    });
  const subscriptions = [
    answer(rpcSubject(bus, RouterService.method.getRun), ({ data }) => runText(decode(RunQuerySchema, data).runId)),
    answer(rpcSubject(bus, RouterService.method.listEvents), ({ data }) => {
      const { runId } = decode(ListEventsQuerySchema, data);
      return encode(EventListSchema, { events: [eventsOf(runId, Date.now()).accepted] });
    }),
  ];
  return { asked: () => asked, stop: () => subscriptions.forEach((subscription) => subscription.unsubscribe()) };
}

function runText(runId: string): string {
  const endedAtMs = Date.now();
  return encode(RunSchema, {
    ...{ tenant: TENANT, runId, taskId: runId.replace('run', 'task'), agent: AGENT, idempotencyKey: runId },
    ...{
      status: 'completed',
      user: 'ann',
      metadata: { channel: 'mail' },
      agentVersion: 'sha256:v',
      backend: 'measured',
    },
    ...{ input: toValue(inputOf(runId)), output: toValue('Order 12 is refunded.'), usage: USAGE, costUsd: 0.004 },
    ...{ configuration: FINGERPRINT, turns: 3, toolCalls: 2, seq: 9 },
    ...{ createdAt: timestampFromMs(endedAtMs - 2_000), endedAt: timestampFromMs(endedAtMs) },
  });
}

function inputOf(runId: string): string {
  return `Please refund what I ordered last week, the parcel never arrived. My reference is ${runId}.`;
}
