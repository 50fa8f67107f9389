import {
  ConfigurationSchema,
  create,
  encode,
  eventTypeOf,
  RunEventSchema,
  RunSchema,
  timestampFromMs,
  toValue,
  type MessageInitShape,
  type RunEvent,
} from '@switchyard/contracts';

export const TENANT = 'completions';

type Body = NonNullable<MessageInitShape<typeof RunEventSchema>['body']>;

/** A message of one run as text, in which only the run and its times are filled in: encoding is no part of what is measured. */
type Template = (runId: string, beganMs: number, endedMs: number) => string;

const AGENT = 'measured';
const USAGE = { inputTokens: 900, outputTokens: 120 };
const ANSWER = 'Order 12 is refunded.';
/** What stands in templates for the 26 characters that a run's and its task's id share, and for its times. */
const PLACE = '0'.repeat(26);
const [BEGAN, ENDED] = ['2001-01-01T00:00:00Z', '2002-01-01T00:00:00Z'];
const [BEGAN_AT, ENDED_AT] = [BEGAN, ENDED].map((at) => timestampFromMs(Date.parse(at)));
const INPUT = `Please refund what I ordered last week, the parcel never arrived. My reference is ${PLACE}.`;
const ids = { tenant: TENANT, runId: `run_${PLACE}`, taskId: `task_${PLACE}`, agent: AGENT, idempotencyKey: PLACE };
const configuration = create(ConfigurationSchema, {
  ...{ fingerprint: `sha256:${'c'.repeat(64)}`, agentVersion: `sha256:${'a'.repeat(64)}`, backend: 'measured' },
  ...{ profileVersion: `sha256:${'b'.repeat(64)}`, model: 'measured-1', platformVersion: '0.1.0' },
  ...{ parameters: { temperature: 0.2, maxOutputTokens: 4_000 }, tools: { refund: `sha256:${'d'.repeat(64)}` } },
});
const { fingerprint, agentVersion, backend, profileVersion, model } = configuration;

const accepted: Body = {
  case: 'runAccepted',
  value: {
    ...{ agentVersion, backend, input: toValue(INPUT), user: 'ann', metadata: { channel: 'mail' } },
    ...{ limits: { turns: 30, seconds: 600 }, routingReason: 'the agent names it', priority: 'normal' },
  },
};
const turn: Body = {
  case: 'modelTurnCompleted',
  value: {
    ...{ turn: 1, message: { role: 'assistant', content: [{ type: 'text', text: ANSWER }] } },
    ...{ backend, profileVersion, model, responseId: `response_${PLACE}`, finishReason: 'stop', usage: USAGE },
    ...{ costUsd: 0.004, startedAt: BEGAN_AT, durationMs: 1_900, firstTokenMs: 300, configuration },
    ...{ attempts: 1, result: toValue(ANSWER), offeredTools: ['refund'] },
  },
};
const completed: Body = {
  case: 'runCompleted',
  value: {
    ...{ output: toValue(ANSWER), costUsd: 0.004, durationMs: 2_000, turns: 1, usage: USAGE },
    ...{ configuration: fingerprint, backend },
  },
};

/** What the evaluator is told of a run of one turn, in order, as executors and router write it. */
export const EVENTS: readonly { type: string; seq: number; text: Template }[] = [
  told(1, BEGAN_AT, 'router', accepted),
  told(4, ENDED_AT, 'executor', turn),
  told(5, ENDED_AT, 'executor', completed),
];

/** The router's word on it. */
export const RUN: Template = template(
  encode(RunSchema, {
    ...{ ...ids, status: 'completed', user: 'ann', metadata: { channel: 'mail' }, agentVersion, backend },
    ...{ input: toValue(INPUT), output: toValue(ANSWER), usage: USAGE, costUsd: 0.004, firstTokenMs: 300 },
    ...{ configuration: fingerprint, turns: 1, seq: 5, createdAt: BEGAN_AT, endedAt: ENDED_AT },
  }),
);

function told(seq: number, time: RunEvent['time'], actor: string, body: Body) {
  const event = create(RunEventSchema, { ...ids, seq, time, actor, body });
  return { type: eventTypeOf(event), seq, text: template(encode(RunEventSchema, event)) };
}

function template(text: string): Template {
  return (runId, beganMs, endedMs) =>
    text
      .replaceAll(PLACE, runId.slice('run_'.length))
      .replaceAll(BEGAN, new Date(beganMs).toISOString())
      .replaceAll(ENDED, new Date(endedMs).toISOString());
}
