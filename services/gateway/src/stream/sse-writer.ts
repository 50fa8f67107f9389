import type { ServerResponse } from 'node:http';
import { SwitchyardError, type JsonValue } from '@switchyard/contracts';
import { httpFailure } from '../http/error-body.js';

export const SSE_TYPE = 'text/event-stream; charset=utf-8';

export interface SseEvent {
  event: string;
  /** What the client sends back as Last-Event-ID; without one, the client's place stays where it was. */
  id?: string;
  data: JsonValue | object;
}

export interface SseWriterOptions {
  /** Bytes that may wait for a slow reader before it is dropped. */
  maxBufferedBytes: number;
  traceId: string;
}

/** What a client is asked to wait before it connects again, in ms. */
const RETRY_MS = 1_000;
/** How long a dropped reader may take for what was already written. */
const LAST_WORDS_MS = 5_000;

/**
 * One event stream (https://html.spec.whatwg.org/multipage/server-sent-events.html). Each event is on the wire when
 * `send` returns: nothing is gathered. A reader that does not keep up is told so and dropped; it can resume.
 */
export class SseWriter {
  private readonly closing = new AbortController();

  constructor(
    private readonly response: ServerResponse,
    private readonly options: SseWriterOptions,
  ) {
    response.once('close', () => this.closing.abort());
    response.on('error', () => this.closing.abort());
  }

  /** Fires when the client is gone, or was dropped, or the stream was ended. */
  get closed(): AbortSignal {
    return this.closing.signal;
  }

  open(headers: Readonly<Record<string, string>>): void {
    this.response.socket?.setNoDelay(true);
    this.response.writeHead(200, {
      ...headers,
      'content-type': SSE_TYPE,
      'cache-control': 'no-store',
      // nginx and its like gather responses otherwise.
      'x-accel-buffering': 'no',
    });
    this.response.write(`retry: ${RETRY_MS}\n\n`);
  }

  send({ event, id, data }: SseEvent): void {
    this.write(`event: ${event}\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`);
  }

  /** Keeps proxies from closing a silent stream, and finds out that a client is gone. */
  heartbeat(): void {
    this.write(': heartbeat\n\n');
  }

  /** Tells why the stream ends before the run does. */
  fail(error: unknown): void {
    if (this.closed.aborted) return;
    const { body } = httpFailure(error, this.options.traceId);
    this.response.write(`event: error\ndata: ${JSON.stringify(body)}\n\n`);
    this.end();
  }

  end(): void {
    if (this.response.writableEnded) return;
    this.response.end();
    this.closing.abort();
    const timer = setTimeout(() => this.response.destroy(), LAST_WORDS_MS);
    timer.unref();
    this.response.once('close', () => clearTimeout(timer));
  }

  /** Resolves when the reader has taken what was written, or is gone. */
  async drained(): Promise<void> {
    if (!this.response.writableNeedDrain || this.closed.aborted) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        this.response.off('drain', done);
        this.closed.removeEventListener('abort', done);
        resolve();
      };
      this.response.once('drain', done);
      this.closed.addEventListener('abort', done, { once: true });
    });
  }

  private write(text: string): void {
    if (this.closed.aborted) return;
    this.response.write(text);
    if (this.response.writableLength <= this.options.maxBufferedBytes) return;
    this.fail(
      new SwitchyardError(
        'stream.slow_reader',
        'This stream was read more slowly than the run speaks, and was closed. Connect again with Last-Event-ID: nothing is lost.',
        { retryable: true, details: { max_buffered_bytes: this.options.maxBufferedBytes } },
      ),
    );
  }
}
