import { ModelError } from '../model-error.js';
import type { Deadline } from './deadline.js';
import { networkError } from './network-error.js';

/** No whole answer of a model, and no event of a stream, is this long; an endpoint that goes on is broken. */
const MAX_BYTES = 64 * 1024 * 1024;
/**
 * A stream of a text of `MAX_ANSWER_BYTES`, where each event brings three words: ten times the text, and more where an
 * event says much of itself.
 */
const MAX_STREAM_BYTES = 1_024 * 1024 * 1024;

/** One request and its answer's bytes under a deadline. Every failure of the network leaves it as a `ModelError`. */
export class Connection {
  private place = '';
  private answering = false;
  /** Bytes since the last event that was read whole. */
  private unread = 0;

  constructor(
    private readonly backendName: string,
    private readonly deadline: Deadline,
    private readonly idleMs: number,
  ) {}

  async open(fetcher: typeof fetch, url: URL, init: RequestInit): Promise<Response> {
    this.place = url.origin + url.pathname;
    return this.guard(fetcher(url, { ...init, signal: this.deadline.signal }));
  }

  /** The bytes of a body as they arrive. Leaving the loop closes the connection. */
  async *bytes(response: Response): AsyncGenerator<Uint8Array> {
    if (response.body === null) return;
    const reader = response.body.getReader();
    let total = 0;
    let finished = false;
    try {
      for (;;) {
        if (this.answering) this.deadline.await('idle', this.idleMs);
        const { done, value } = await this.guard(reader.read());
        if (done) break;
        this.answering = true;
        this.deadline.rest();
        total += value.byteLength;
        this.unread += value.byteLength;
        if (this.unread > MAX_BYTES) throw this.tooLong(MAX_BYTES);
        if (total > MAX_STREAM_BYTES) throw this.tooLong(MAX_STREAM_BYTES);
        yield value;
      }
      finished = true;
    } finally {
      // The caller has its outcome already: a body that cannot be cancelled, because it failed, has nothing to add.
      if (!finished) void reader.cancel().catch(() => undefined);
    }
  }

  /** An event was read: what comes now belongs to the next one. */
  eventRead(): void {
    this.unread = 0;
  }

  /** A body as text, cut at about `limit` bytes. */
  async text(response: Response, limit = Number.POSITIVE_INFINITY): Promise<string> {
    const decoder = new TextDecoder();
    let text = '';
    let total = 0;
    for await (const piece of this.bytes(response)) {
      text += decoder.decode(piece, { stream: true });
      total += piece.byteLength;
      if (total >= limit) break;
    }
    return text + decoder.decode();
  }

  private async guard<T>(work: Promise<T>): Promise<T> {
    try {
      return await this.deadline.race(work);
    } catch (error) {
      if (this.deadline.reason !== undefined) throw this.deadline.reason;
      throw networkError(error, this.backendName, this.place, this.answering);
    }
  }

  private tooLong(bytes: number): ModelError {
    return new ModelError({
      kind: 'malformed',
      retryable: false,
      message: `Backend ${this.backendName} sent more than ${bytes} bytes.`,
    });
  }
}
