import { parseJson } from '../../json.js';
import type { StreamDecoder, WireEvent } from '../wire-api.js';

/** Turns bytes into the JSON values of `application/x-ndjson`: one a line. The bytes may be cut anywhere, within a character too. */
export class NdjsonDecoder implements StreamDecoder {
  private readonly text = new TextDecoder('utf-8');
  /** The pieces of the line in progress; kept apart, so that a long line is not joined anew with each piece. */
  private pieces: string[] = [];

  push(bytes: Uint8Array): WireEvent[] {
    return this.take(this.text.decode(bytes, { stream: true }));
  }

  /** The last line needs no end; half a value is dropped. */
  end(): WireEvent[] {
    return this.take(`${this.text.decode()}\n`).filter((event) => event.data !== undefined);
  }

  private take(text: string): WireEvent[] {
    const [first = '', ...others] = text.split('\n');
    this.pieces.push(first);
    if (others.length === 0) return [];
    const lines = [this.pieces.join(''), ...others.slice(0, -1)];
    this.pieces = [others.at(-1) ?? ''];
    return lines
      .map((line) => line.trim())
      .filter((line) => line !== '')
      .map((line) => ({ data: parseJson(line), text: line }));
  }
}
