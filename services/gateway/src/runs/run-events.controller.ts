import { Controller, Inject, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { RpcClient } from '@switchyard/bus';
import { EventListSchema, RouterService, SwitchyardError } from '@switchyard/contracts';
import { given } from '../http/given.js';
import { limit } from '../http/queries.js';
import { messageJson } from '../http/reply.js';
import { requestState } from '../http/request-state.js';
import { Incoming, Route, route, type CallOf } from '../http/route.js';
import { RunFeeds } from '../stream/run-feeds.service.js';
import { SSE_TYPE, SseWriter } from '../stream/sse-writer.js';
import { hasEnded } from './run-status.js';

/** A reader may be this far behind: some thousand events, or the text of many turns. */
const MAX_BUFFERED_BYTES = 1_048_576;

const events = route({
  method: 'GET',
  path: '/v1/runs/:id/events',
  access: 'read',
  tag: 'runs',
  summary: 'Follow a run, or list its journal',
  description: [
    'An event stream unless application/json is asked for. Journal events come as `event: <Type>`, `id: <seq>` and the RunEvent',
    'as data; pieces of the text in progress as `event: delta` without an id (turn, kind, offset, text; kind `reset`: forget the',
    "turn's text so far). With Last-Event-ID the stream goes on after that event, with nothing missing and nothing doubled, and",
    'gives the text of the turn in progress once more, after a `reset`. It ends with the run; where there is nothing more to come the',
    'answer is 204. `event: error` says why a stream had to be closed early.',
  ].join(' '),
  query: z.object({
    after_seq: z.coerce
      .number()
      .int()
      .min(0)
      .max(0xffffffff)
      .optional()
      .describe('Begin after this seq. Last-Event-ID wins: a browser that connects again asks for the same URL.'),
    limit: limit(1_000, 1_000),
  }),
  headers: { 'Last-Event-ID': 'The seq of the last event that was received.' },
  replies: {
    200: { message: EventListSchema, description: 'The journal, with Accept: application/json; else an event stream.' },
    204: { description: 'The run has ended and everything was received.' },
  },
});

@Controller()
export class RunEventsController {
  constructor(
    @Inject(RpcClient) private readonly rpc: RpcClient,
    @Inject(RunFeeds) private readonly feeds: RunFeeds,
  ) {}

  /** Answers by itself (`@Res`): a stream is not one value. */
  @Route(events)
  async events(@Incoming() call: CallOf<typeof events>, @Res() reply: FastifyReply): Promise<void> {
    const { tenant, query, request } = call;
    const runId = call.params['id'] ?? '';
    const place = placeOf(request, query.after_seq);
    const { afterSeq } = place;
    if (wantsJson(request)) {
      const page = { tenant, runId, afterSeq, ...given({ limit: query.limit }) };
      const list = await this.rpc.call(RouterService.method.listEvents, page);
      await reply.send(messageJson(EventListSchema, list));
      return;
    }
    const run = await this.rpc.call(RouterService.method.getRun, { tenant, runId });
    if (afterSeq > run.seq) throw pastTheEnd(place, run.seq);
    if (hasEnded(run) && afterSeq === run.seq) return void reply.status(204).send();
    // The server answers HEAD by the same handler: a stream without a body would stay open for nothing.
    if (request.method === 'HEAD') return void reply.type(SSE_TYPE).send();
    this.feeds.checkRoom(call.identity.keyId);
    const traceId = requestState(request.raw)?.traceId ?? '';
    const writer = new SseWriter(reply.raw, { maxBufferedBytes: MAX_BUFFERED_BYTES, traceId });
    reply.hijack();
    writer.open(textHeaders(reply));
    await this.feeds.follow({ tenant, runId, afterSeq, completedTurns: run.turns }, writer, call.identity.keyId);
  }
}

function wantsJson(request: FastifyRequest): boolean {
  const accept = request.headers.accept ?? '';
  return accept.includes('application/json') && !accept.includes('text/event-stream');
}

/** Where the reader is, and what says so. */
interface Place {
  afterSeq: number;
  field: 'Last-Event-ID' | 'after_seq';
}

/** The header first: it is what the reader has by now, and the URL what it had when it first came. */
function placeOf(request: FastifyRequest, afterSeq: number | undefined): Place {
  const header = request.headers['last-event-id'];
  if (header === undefined || header === '') return { afterSeq: afterSeq ?? 0, field: 'after_seq' };
  if (typeof header === 'string' && /^\d{1,9}$/.test(header))
    return { afterSeq: Number(header), field: 'Last-Event-ID' };
  throw new SwitchyardError(
    'contract.invalid',
    'The header Last-Event-ID must be the id of an event of this run: a whole number.',
    { details: { field: 'Last-Event-ID' } },
  );
}

function pastTheEnd({ afterSeq, field }: Place, seq: number): SwitchyardError {
  return new SwitchyardError(
    'contract.invalid',
    `${field} ${afterSeq} is past the end of this run's journal, which is at ${seq}: is it of another run?`,
    { details: { field, seq } },
  );
}

/** What hooks set already: security headers, the trace id. */
function textHeaders(reply: FastifyReply): Record<string, string> {
  return Object.fromEntries(Object.entries(reply.getHeaders()).map(([name, value]) => [name, String(value)]));
}
