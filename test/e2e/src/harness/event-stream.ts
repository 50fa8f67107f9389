import type { JsonObject } from '@switchyard/contracts';
import type { System } from './system.js';

/** One event of a stream, read without any library (https://html.spec.whatwg.org/multipage/server-sent-events.html). */
export interface StreamedEvent {
  event: string;
  /** Absent for deltas: they are no place to go on from. */
  id: string | undefined;
  data: JsonObject;
  /** `performance.now()` when it arrived. */
  atMs: number;
}

export interface StreamOptions {
  lastEventId?: string;
  signal?: AbortSignal;
  replica?: number;
}

/** A run's event stream, as the gateway sends it, to its end. */
export async function* streamOf(
  system: Pick<System, 'connection'>,
  runId: string,
  { lastEventId, signal, replica = 0 }: StreamOptions = {},
): AsyncGenerator<StreamedEvent> {
  const url = new URL(`/v1/runs/${runId}/events`, system.connection.gateway_url);
  url.port = String(Number(url.port) + replica);
  const response = await fetch(url, {
    headers: {
      authorization: `Bearer ${system.connection.api_key}`,
      ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
    },
    ...(signal ? { signal } : {}),
  });
  if (response.status !== 200) throw new Error(`The stream answered ${response.status}: ${await response.text()}`);
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    rest += decoder.decode(chunk, { stream: true });
    for (let end = rest.indexOf('\n\n'); end >= 0; end = rest.indexOf('\n\n')) {
      const event = read(rest.slice(0, end));
      rest = rest.slice(end + 2);
      if (event) yield event;
    }
  }
}

/** All of a stream. */
export async function wholeStream(
  system: Pick<System, 'connection'>,
  runId: string,
  options: StreamOptions = {},
): Promise<StreamedEvent[]> {
  const events: StreamedEvent[] = [];
  for await (const event of streamOf(system, runId, options)) events.push(event);
  return events;
}

/** Undefined for what is no event: a comment, or how long to wait before connecting again. */
function read(block: string): StreamedEvent | undefined {
  const fields = new Map(
    block.split('\n').map((line): [string, string] => {
      const at = line.indexOf(':');
      return [line.slice(0, at), line.slice(at + 1).trimStart()];
    }),
  );
  const data = fields.get('data');
  if (data === undefined) return undefined;
  return {
    event: fields.get('event') ?? 'message',
    id: fields.get('id'),
    data: JSON.parse(data) as JsonObject,
    atMs: performance.now(),
  };
}
