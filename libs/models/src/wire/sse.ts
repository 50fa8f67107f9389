import { createParser } from 'eventsource-parser';
import { parseJson } from '../json.js';
import { LinePieces } from './line-pieces.js';
import type { StreamDecoder, WireEvent } from './wire-api.js';

/** Turns bytes into events. The bytes may be cut anywhere, within a character too. */
export class SseDecoder implements StreamDecoder {
  private readonly lines = new LinePieces();
  private pending: WireEvent[] = [];
  private readonly parser = createParser({
    onEvent: ({ event, data }) => {
      if (data === '') return;
      this.pending.push({ ...(event === undefined ? {} : { event }), data: parseJson(data), text: data });
    },
    onError: ({ line }) => {
      // A server that fails behind an event-stream header writes its error as a bare JSON line.
      const data = line?.startsWith('{') === true ? parseJson(line) : undefined;
      if (line !== undefined && data !== undefined) this.pending.push({ data, text: line });
    },
  });

  push(bytes: Uint8Array): WireEvent[] {
    this.parser.feed(this.lines.push(bytes));
    return this.take();
  }

  /** Some servers leave out the blank line after the last event; half an event is dropped. */
  end(): WireEvent[] {
    this.parser.feed(`${this.lines.end()}\n\n`);
    return this.take().filter((event) => event.data !== undefined || event.text.trim() === '[DONE]');
  }

  private take(): WireEvent[] {
    const events = this.pending;
    this.pending = [];
    return events;
  }
}
