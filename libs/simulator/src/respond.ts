import type { ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Fault } from './options.js';
import { retryHeaders } from './wires/retry-headers.js';
import type { ServerWire, StreamForm, StreamPiece, WireError } from './wires/wire.js';

/** How an answer leaves the server. */
export interface Pace {
  latencyMs: number;
  chunkDelayMs: number;
  /** Aborted when the client went away or the server closes. */
  signal: AbortSignal;
}

const DEFAULT_AFTER = 2;

const SERVER_SENT_EVENTS: StreamForm = {
  contentType: 'text/event-stream; charset=utf-8',
  malformedEvent: 'data: {"choices":[{"delta":{"content":"broken\n\n',
};

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    ...headers,
  });
  response.end(text);
}

/** Answers with an error in the wire's own form. */
export function sendError(response: ServerResponse, wire: ServerWire, error: WireError): void {
  sendJson(response, error.status, wire.error(error), wire.errorHeaders?.(error) ?? retryHeaders(error));
}

/** Streams events, and breaks the stream where the fault says. */
export async function sendEvents(
  response: ServerResponse,
  events: readonly StreamPiece[],
  pace: Pace,
  fault: Fault | undefined,
  wire: Pick<ServerWire, 'errorEvent' | 'stream'>,
): Promise<void> {
  const form = wire.stream ?? SERVER_SENT_EVENTS;
  const after = fault?.after ?? DEFAULT_AFTER;
  await pause(pace.latencyMs, pace.signal);
  response.writeHead(200, {
    'content-type': form.contentType,
    'cache-control': 'no-cache',
    'x-accel-buffering': 'no',
  });
  response.flushHeaders();
  for (const [index, event] of events.entries()) {
    if (pace.signal.aborted) return;
    if (index === after) {
      switch (fault?.fault) {
        case 'cut':
          // Half an event, then the connection is gone.
          response.write(event.slice(0, Math.ceil(event.length / 2)), () => response.destroy());
          return;
        case 'unfinished':
          response.end();
          return;
        case 'malformed':
          response.end(form.malformedEvent);
          return;
        case 'error-midstream':
          response.end(wire.errorEvent());
          return;
        default:
          break;
      }
    }
    if (index > 0) await pause(pace.chunkDelayMs, pace.signal);
    response.write(event);
  }
  response.end();
}

/** Sends a whole answer, or the part of it that the fault lets through. */
export async function sendWhole(
  response: ServerResponse,
  body: unknown,
  pace: Pace,
  fault: Fault | undefined,
): Promise<void> {
  await pause(pace.latencyMs, pace.signal);
  if (pace.signal.aborted) return;
  const text = JSON.stringify(body);
  switch (fault?.fault) {
    case 'cut':
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
      response.write(text.slice(0, Math.ceil(text.length / 2)), () => response.destroy());
      return;
    case 'unfinished':
    case 'malformed':
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(text.slice(0, Math.ceil(text.length / 2)));
      return;
    default:
      sendJson(response, 200, body);
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0) return;
  // Being interrupted is the caller's business: it looks at the signal.
  await wait(ms, undefined, { signal }).catch(() => undefined);
}
