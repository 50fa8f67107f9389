import { writeFrame } from './event-frame.js';

/** One event of ConverseStream. */
export function eventFrame(type: string, payload: object): Uint8Array {
  const headers = { ':event-type': type, ':content-type': 'application/json', ':message-type': 'event' };
  return writeFrame(headers, Buffer.from(JSON.stringify(payload)));
}

/** Events in the form that the decoder gives, `{ [type]: payload }`, as the bytes of a stream. */
export function eventFrames(events: readonly object[]): Uint8Array {
  return Buffer.concat(
    events.flatMap((event) => Object.entries(event).map(([type, payload]) => eventFrame(type, Object(payload)))),
  );
}
