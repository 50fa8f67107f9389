import type { Bus } from '@switchyard/bus';
import {
  decode,
  ExecWorkSchema,
  RouterService,
  RunEventSchema,
  toValue,
  type ExecWork,
  type JsonValue,
  type RunEvent,
} from '@switchyard/contracts';
import type { EventDraft } from '@switchyard/journal';
import type { RouterUnderTest } from './router.fixture.js';

/** Submits over the RPC. */
export function submit(router: RouterUnderTest, task: { input?: JsonValue; [field: string]: unknown } = {}) {
  const { input = 'hello', ...rest } = task;
  return router.rpc.call(RouterService.method.submit, { agent: 'helper', input: toValue(input), ...rest });
}

/** What a stream holds below a subject, oldest first; nothing is taken. */
export async function messagesOf(
  js: Bus['js'],
  subject: string,
): Promise<{ subject: string; data: Uint8Array; msgId: string }[]> {
  const manager = await js.jetstreamManager(false);
  const [stream] = await manager.streams.names(subject).next();
  if (stream === undefined) return [];
  const { state } = await manager.streams.info(stream);
  const found: { subject: string; data: Uint8Array; msgId: string }[] = [];
  for (let seq = state.first_seq; seq <= state.last_seq; seq += 1) {
    const message = await manager.streams.getMessage(stream, { seq });
    if (message && matches(message.subject, subject)) {
      found.push({ subject: message.subject, data: message.data, msgId: message.header.get('Nats-Msg-Id') });
    }
  }
  return found;
}

/** Work that is queued for the executors, oldest first. */
export async function queuedWork(router: RouterUnderTest, runId = '*'): Promise<(ExecWork & { msgId: string })[]> {
  const messages = await messagesOf(router.bus.js, router.bus.subjects.exec('*', runId));
  return messages.map(({ data, msgId }) => ({ ...decode(ExecWorkSchema, data), msgId }));
}

export async function publishedEvents(router: RouterUnderTest, runId: string): Promise<RunEvent[]> {
  const messages = await messagesOf(router.bus.js, router.bus.subjects.event('*', runId, '*'));
  return messages.map(({ data }) => decode(RunEventSchema, data));
}

/** Appends to a run's journal, as an executor does. */
export async function advanceRun(
  router: RouterUnderTest,
  runId: string,
  ...drafts: EventDraft['body'][]
): Promise<RunEvent[]> {
  const { state } = await router.journal.load(runId);
  const { events } = await router.journal.append(
    state,
    drafts.map((body) => ({ body, actor: 'executor' })),
  );
  return events;
}

/** Ends a run as an executor does, with one model turn; only journaled. */
export async function endRun(router: RouterUnderTest, runId: string, output = 'done'): Promise<RunEvent> {
  const message = { role: 'assistant', parts: [{ type: 'text', text: output }] };
  const events = await advanceRun(
    router,
    runId,
    { case: 'modelTurnCompleted', value: { turn: 1, message, backend: 'sim', finishReason: 'stop' } },
    { case: 'runCompleted', value: { output: toValue(output) } },
  );
  const last = events.at(-1);
  if (!last) throw new Error('nothing was appended');
  return last;
}

/** Ends a run and tells the bus. */
export async function completeRun(router: RouterUnderTest, runId: string, output = 'done'): Promise<void> {
  await publishEvent(router, await endRun(router, runId, output));
}

export async function publishEvent(router: RouterUnderTest, event: RunEvent): Promise<void> {
  const { bus } = router;
  const type = event.body.case === undefined ? '' : event.body.case.replace(/^./, (letter) => letter.toUpperCase());
  await bus.publish(bus.subjects.event(event.tenant, event.runId, type), RunEventSchema, event, {
    msgId: `${event.runId}:${event.seq}`,
  });
}

function matches(subject: string, pattern: string): boolean {
  const tokens = subject.split('.');
  const wanted = pattern.split('.');
  return wanted.length === tokens.length && wanted.every((token, index) => token === '*' || token === tokens[index]);
}
