import { ModelError } from '../model-error.js';
import type { Deadline } from './deadline.js';
import { networkError } from './network-error.js';

/** No answer of a model is this long; an endpoint that goes on is broken. */
const MAX_BYTES = 64 * 1024 * 1024;

/** One request and its answer's bytes under a deadline. Every failure of the network leaves it as a `ModelError`. */
export class Connection {
  private place = '';
  private answering = false;

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
        if (total > MAX_BYTES) throw this.tooLong();
        yield value;
      }
      finished = true;
    } finally {
      // The caller has its outcome already: a body that cannot be cancelled, because it failed, has nothing to add.
      if (!finished) void reader.cancel().catch(() => undefined);
    }
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

  private tooLong(): ModelError {
    return new ModelError({
      kind: 'malformed',
      retryable: false,
      message: `Backend ${this.backendName} sent more than ${MAX_BYTES} bytes.`,
    });
  }
}
