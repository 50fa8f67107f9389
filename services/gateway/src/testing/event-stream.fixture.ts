import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { DeltaSchema, fromStore, RunEventSchema, type JsonValue } from '@switchyard/contracts';
import { waitFor } from '@switchyard/testing';
import type { StreamOutput } from '../stream/run-stream.js';

/** One connection to an event stream, as a browser would have it. */
export class EventStream {
  readonly messages: EventSourceMessage[] = [];
  comments = 0;
  ended = false;

  private constructor(
    readonly response: Response,
    private readonly controller: AbortController,
  ) {}

  static async open(
    base: string,
    path: string,
    options: { lastEventId?: number; key?: string } = {},
  ): Promise<EventStream> {
    const controller = new AbortController();
    const response = await fetch(new URL(path, base), {
      headers: {
        authorization: `Bearer ${options.key ?? 'sy_reader'}`,
        ...(options.lastEventId === undefined ? {} : { 'last-event-id': String(options.lastEventId) }),
      },
      signal: controller.signal,
    });
    const stream = new EventStream(response, controller);
    void stream.read();
    return stream;
  }

  close(): void {
    this.controller.abort();
  }

  /** The journal's events that came, by seq. */
  get ids(): number[] {
    return this.messages.filter(({ id }) => id !== undefined).map(({ id }) => Number(id));
  }

  /** What came, as the merge put it out. */
  get outputs(): StreamOutput[] {
    return this.messages.map(({ event, data }) => {
      const json = JSON.parse(data) as JsonValue;
      return event === 'delta' ? { delta: fromStore(DeltaSchema, json) } : { event: fromStore(RunEventSchema, json) };
    });
  }

  async until(condition: (stream: this) => boolean, describe: string): Promise<void> {
    await waitFor(() => condition(this), { describe, intervalMs: 2 });
  }

  private async read(): Promise<void> {
    const parser = createParser({
      onEvent: (event) => this.messages.push(event),
      onComment: () => (this.comments += 1),
    });
    const text = new TextDecoder();
    try {
      for await (const chunk of this.response.body ?? [])
        parser.feed(text.decode(chunk as Uint8Array, { stream: true }));
    } catch (error) {
      if (!this.controller.signal.aborted) throw error;
    } finally {
      this.ended = true;
    }
  }
}
