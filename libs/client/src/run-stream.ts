import { setTimeout as delay } from 'node:timers/promises';
import {
  DeltaSchema,
  END_EVENT_TYPES,
  eventTypeOf,
  fromStore,
  RunEventSchema,
  SwitchyardError,
  type Delta,
  type JsonValue,
  type RunEvent,
} from '@switchyard/contracts';
import { EventSourceParserStream } from 'eventsource-parser/stream';
import { DeltaReplay } from './delta-replay.js';
import type { Http } from './http.js';

/** What happens in a run, as it happens: entries of its journal, and pieces of the turn in progress. */
export type RunSignal = { type: 'event'; event: RunEvent } | { type: 'delta'; delta: Delta };

export interface StreamOptions {
  /** Journal entries up to this sequence number are known already. Default 0: from the beginning. */
  afterSeq?: number;
  signal?: AbortSignal;
}

/** Lost connections in a row after which the stream is given up. */
const MAX_RECONNECTS = 10;

/**
 * Follows a run to its end over SSE. A lost connection is made again from the last journal entry seen: no entry and no
 * piece of text comes twice or is missing.
 *
 * @throws SwitchyardError with the gateway's code, or `gateway.unreachable`
 */
export async function* streamRun(http: Http, runId: string, options: StreamOptions = {}): AsyncGenerator<RunSignal> {
  const replay = new DeltaReplay();
  let seq = options.afterSeq ?? 0;
  for (let failures = 0; ; failures++) {
    try {
      for await (const signal of connection(http, runId, seq, options.signal)) {
        failures = 0;
        if (signal.type === 'nothing_more') return;
        if (signal.type === 'delta') {
          for (const delta of replay.read(signal.delta)) yield { type: 'delta', delta };
          continue;
        }
        const { event } = signal;
        if (event.seq <= seq) continue;
        seq = event.seq;
        if (event.body.case === 'modelTurnCompleted') replay.turnCompleted(event.body.value.turn);
        yield signal;
        if (isEnd(event)) return;
      }
    } catch (error) {
      options.signal?.throwIfAborted();
      const forGood = error instanceof SwitchyardError && !error.retryable;
      if (forGood || failures >= MAX_RECONNECTS) throw error;
    }
    if (failures >= MAX_RECONNECTS) throw brokenOff(runId, failures);
    replay.reconnect();
    await delay(Math.min(100 * 2 ** failures, 5_000), undefined, options.signal ? { signal: options.signal } : {});
  }
}

function brokenOff(runId: string, failures: number): SwitchyardError {
  const message = `The event stream of ${runId} broke off ${failures} times in a row.`;
  return new SwitchyardError('gateway.unreachable', message, { retryable: true });
}

export function isEnd(event: RunEvent): boolean {
  return (END_EVENT_TYPES as readonly string[]).includes(eventTypeOf(event));
}

async function* connection(
  http: Http,
  runId: string,
  seq: number,
  signal?: AbortSignal,
): AsyncGenerator<RunSignal | { type: 'nothing_more' }> {
  const response = await http.open(`/v1/runs/${encodeURIComponent(runId)}/events`, {
    headers: { accept: 'text/event-stream', ...(seq > 0 ? { 'last-event-id': String(seq) } : {}) },
    signal,
  });
  // The run has ended, and all of it was received.
  if (response.status === 204) return yield { type: 'nothing_more' };
  if (!response.body) return;
  const messages = response.body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
  for await (const message of messages) {
    const json = JSON.parse(message.data) as JsonValue;
    if (message.event === 'delta') yield { type: 'delta', delta: fromStore(DeltaSchema, json) };
    else if (message.event === 'error') throw streamError(json);
    else yield { type: 'event', event: fromStore(RunEventSchema, json) };
  }
}

/** An error that the gateway sent within the stream; the next connection goes on from where this one was. */
function streamError(json: JsonValue): SwitchyardError {
  const error = typeof json === 'object' && json !== null && !Array.isArray(json) ? (json['error'] ?? json) : json;
  const { code, message, retryable } = (error ?? {}) as { code?: string; message?: string; retryable?: boolean };
  return new SwitchyardError(code ?? 'gateway.unexpected', message ?? 'The event stream broke off.', {
    retryable: retryable ?? true,
  });
}
