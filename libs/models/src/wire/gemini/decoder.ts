import { createParser } from 'eventsource-parser';
import { parseJson } from '../../json.js';
import { LinePieces } from '../line-pieces.js';
import type { StreamDecoder, WireEvent } from '../wire-api.js';

/** An error explains itself in less; what is longer is no error. */
const MAX_STRAY_CHARACTERS = 65_536;

/**
 * Server-sent events, and what this API writes between them when it fails after its first byte: a bare JSON document over
 * several lines, an object or an array that holds one. It stands for itself as the last event.
 */
export class GeminiDecoder implements StreamDecoder {
  private readonly lines = new LinePieces();
  private pending: WireEvent[] = [];
  private stray = '';
  private readonly parser = createParser({
    onEvent: ({ data }) => {
      if (data !== '') this.pending.push({ data: parseJson(data), text: data });
    },
    onError: ({ line }) => {
      if (line !== undefined && this.stray.length < MAX_STRAY_CHARACTERS) this.stray += `${line}\n`;
    },
  });

  push(bytes: Uint8Array): WireEvent[] {
    this.parser.feed(this.lines.push(bytes));
    return this.take();
  }

  /** The blank line after the last event may be missing; half an event is dropped. */
  end(): WireEvent[] {
    this.parser.feed(`${this.lines.end()}\n\n`);
    const events = this.take().filter((event) => event.data !== undefined || event.text.trim() === '[DONE]');
    const data = parseJson(this.stray);
    return typeof data === 'object' && data !== null ? [...events, { data, text: this.stray }] : events;
  }

  private take(): WireEvent[] {
    const events = this.pending;
    this.pending = [];
    return events;
  }
}
