import { isJsonObject, parseJson } from '../../json.js';
import type { StreamDecoder, WireEvent } from '../wire-api.js';
import type { EventFrame } from './event-frame.js';
import { FrameDamage, PRELUDE_BYTES, frameLength, readFrame } from './event-frame.js';

/** The event that stands for bytes which are no frame; its text says why. Nothing follows it. */
export const DAMAGED = ':damaged';

/**
 * Decodes `application/vnd.amazon.eventstream`. An event's data is `{ [event type]: payload }`, the form of the
 * service's model; an exception's is `{ error: { type, … } }`. Damage is an event as well and is not thrown, so that
 * what came before it is read first, however the bytes were cut.
 */
export class EventStreamDecoder implements StreamDecoder {
  /** Kept as they came until a frame is whole: a large one is then copied once. */
  private pieces: Uint8Array[] = [];
  private length = 0;
  /** How many bytes there must be before the next step: those of a prelude, then those of its frame. */
  private needed = PRELUDE_BYTES;
  private damaged = false;

  push(bytes: Uint8Array): WireEvent[] {
    if (this.damaged) return [];
    this.pieces.push(bytes);
    this.length += bytes.length;
    const events: WireEvent[] = [];
    try {
      while (this.length >= this.needed) events.push(...this.step());
    } catch (error) {
      if (!(error instanceof FrameDamage)) throw error;
      this.damaged = true;
      this.pieces = [];
      events.push({ event: DAMAGED, data: undefined, text: error.message });
    }
    return events;
  }

  /** Half a frame says nothing: whether the answer was whole without it, its reader knows. */
  end(): WireEvent[] {
    return [];
  }

  private step(): WireEvent[] {
    const bytes = this.pieces.length === 1 ? (this.pieces[0] ?? new Uint8Array()) : Buffer.concat(this.pieces);
    this.pieces = [bytes];
    const length = frameLength(bytes.subarray(0, PRELUDE_BYTES));
    if (bytes.length < length) {
      this.needed = length;
      return [];
    }
    this.pieces = [bytes.subarray(length)];
    this.length -= length;
    this.needed = PRELUDE_BYTES;
    return eventsOf(readFrame(bytes.subarray(0, length)));
  }
}

function eventsOf({ headers, payload }: EventFrame): WireEvent[] {
  const text = new TextDecoder().decode(payload);
  const data = parseJson(text);
  const kind = headers[':message-type'] ?? 'event';
  if (kind === 'exception' || kind === 'error') {
    const type = headers[':exception-type'] ?? headers[':error-code'] ?? '';
    const message = headers[':error-message'];
    const details = isJsonObject(data) ? data : { message: text };
    return [{ data: { error: { ...details, ...(message === undefined ? {} : { message }), type } }, text }];
  }
  const type = headers[':event-type'];
  // A frame without a type and a payload keeps the connection open.
  if (type === undefined && text.trim() === '') return [];
  return [{ event: type ?? '', data: data === undefined || type === undefined ? data : { [type]: data }, text }];
}
