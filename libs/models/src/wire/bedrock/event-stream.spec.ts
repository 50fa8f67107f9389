import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { wellFormed } from '../../messages/turns.js';
import type { WireEvent } from '../wire-api.js';
import { crc32 } from './crc32.js';
import { MAX_FRAME_BYTES, readFrame, writeFrame } from './event-frame.js';
import { DAMAGED, EventStreamDecoder } from './event-stream.js';
import { eventFrame } from './frames.fixture.js';

/** The published examples of AWS's SDK for JavaScript (`eventstream-marshaller`, test vectors). */
const VECTORS = {
  empty_message: [0, 0, 0, 16, 0, 0, 0, 0, 5, 194, 72, 235, 125, 152, 200, 255],
  int32_header: [
    0, 0, 0, 43, 0, 0, 0, 14, 52, 139, 236, 123, 8, 101, 118, 101, 110, 116, 45, 105, 100, 4, 0, 0, 160, 12, 123, 39,
    102, 111, 111, 39, 58, 39, 98, 97, 114, 39, 125, 211, 137, 2, 133,
  ],
  payload_no_headers: [
    0, 0, 0, 29, 0, 0, 0, 0, 253, 82, 140, 90, 123, 39, 102, 111, 111, 39, 58, 39, 98, 97, 114, 39, 125, 195, 101, 57,
    54,
  ],
  payload_one_str_header: [
    0, 0, 0, 61, 0, 0, 0, 32, 7, 253, 131, 150, 12, 99, 111, 110, 116, 101, 110, 116, 45, 116, 121, 112, 101, 7, 0, 16,
    97, 112, 112, 108, 105, 99, 97, 116, 105, 111, 110, 47, 106, 115, 111, 110, 123, 39, 102, 111, 111, 39, 58, 39, 98,
    97, 114, 39, 125, 141, 156, 8, 177,
  ],
  corrupted_headers: [
    0, 0, 0, 61, 0, 0, 0, 32, 7, 253, 131, 150, 12, 99, 111, 110, 116, 101, 110, 116, 43, 116, 121, 112, 101, 7, 0, 16,
    97, 112, 112, 108, 105, 99, 97, 116, 105, 111, 110, 47, 106, 115, 111, 110, 123, 39, 102, 111, 111, 39, 58, 39, 98,
    97, 114, 39, 125, 141, 156, 8, 177,
  ],
  corrupted_header_len: [
    0, 0, 0, 61, 0, 0, 1, 32, 7, 253, 131, 150, 12, 99, 111, 110, 116, 101, 110, 116, 45, 116, 121, 112, 101, 7, 0, 16,
    97, 112, 112, 108, 105, 99, 97, 116, 105, 111, 110, 47, 106, 115, 111, 110, 123, 39, 102, 111, 111, 39, 58, 39, 98,
    97, 114, 39, 125, 141, 156, 8, 177,
  ],
  corrupted_length: [
    1, 0, 0, 29, 0, 0, 0, 0, 253, 82, 140, 90, 123, 39, 102, 111, 111, 39, 58, 39, 98, 97, 114, 39, 125, 195, 101, 57,
    54,
  ],
  corrupted_payload: [
    0, 0, 0, 29, 0, 0, 0, 0, 253, 82, 140, 90, 123, 39, 102, 111, 111, 39, 58, 39, 98, 97, 114, 39, 141, 195, 101, 57,
    54,
  ],
};
const bytesOf = (name: keyof typeof VECTORS): Uint8Array => Uint8Array.from(VECTORS[name]);
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

function decode(bytes: Uint8Array, cuts: readonly number[] = []): WireEvent[] {
  const decoder = new EventStreamDecoder();
  const edges = [0, ...[...cuts].sort((a, b) => a - b), bytes.length];
  const events = edges.slice(1).flatMap((end, index) => decoder.push(bytes.subarray(edges[index], end)));
  return [...events, ...decoder.end()];
}

/** A prelude whose own checksum is right. */
function prelude(total: number, headers: number): Uint8Array {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt32BE(total, 0);
  bytes.writeUInt32BE(headers, 4);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, 8)), 8);
  return bytes;
}

describe('a frame of the event stream', () => {
  it('CRC-32 gives the published check value', () => {
    expect(crc32(Buffer.from('123456789'))).toBe(0xcbf43926);
    expect(crc32(new Uint8Array())).toBe(0);
  });

  it.each([
    ['empty_message', {}, ''],
    ['int32_header', {}, "{'foo':'bar'}"],
    ['payload_no_headers', {}, "{'foo':'bar'}"],
    ['payload_one_str_header', { 'content-type': 'application/json' }, "{'foo':'bar'}"],
  ] as const)('reads the example %s', (name, headers, payload) => {
    const frame = readFrame(bytesOf(name));
    expect(frame.headers).toEqual(headers);
    expect(textOf(frame.payload)).toBe(payload);
  });

  it.each(['corrupted_headers', 'corrupted_header_len', 'corrupted_length', 'corrupted_payload'] as const)(
    'refuses the example %s',
    (name) => {
      expect(() => readFrame(bytesOf(name))).toThrow(expect.objectContaining({ name: 'FrameDamage' }));
      expect(decode(bytesOf(name)).map(({ event }) => event)).toEqual([DAMAGED]);
    },
  );

  it('is written as the examples are', () => {
    expect([...writeFrame({}, new Uint8Array())]).toEqual(VECTORS.empty_message);
    const payload = Buffer.from("{'foo':'bar'}");
    expect([...writeFrame({ 'content-type': 'application/json' }, payload)]).toEqual(VECTORS.payload_one_str_header);
  });

  it('whatever is written is read again', () => {
    const headers = fc.dictionary(fc.string({ minLength: 1, maxLength: 20 }), fc.string({ maxLength: 50 }));
    const written = headers.map((each) =>
      Object.fromEntries(Object.entries(each).map(([name, value]) => [wellFormed(name), wellFormed(value)])),
    );
    fc.assert(
      fc.property(written, fc.uint8Array({ maxLength: 200 }), (sent, payload) => {
        const frame = readFrame(writeFrame(sent, payload));
        expect(Object.entries(frame.headers)).toEqual(Object.entries(sent));
        expect([...frame.payload]).toEqual([...payload]);
      }),
    );
  });

  it('skips headers of every type that is no text, and refuses one that is unknown or too long', () => {
    const header = (type: number, value: number[]): Buffer => Buffer.from([1, 97, type, ...value]);
    const framed = (headers: Buffer): Uint8Array => {
      const start = Buffer.concat([prelude(16 + headers.length, headers.length), headers]);
      const end = Buffer.alloc(4);
      end.writeUInt32BE(crc32(start));
      return Buffer.concat([start, end]);
    };
    const zeros = (length: number): number[] => Array.from({ length }, () => 0);
    const all = [
      header(0, []),
      header(1, []),
      header(2, zeros(1)),
      header(3, zeros(2)),
      header(4, zeros(4)),
      header(5, zeros(8)),
      header(6, [0, 2, 1, 1]),
      header(8, zeros(8)),
      header(9, zeros(16)),
      Buffer.from([1, 98, 7, 0, 1, 99]),
    ];
    expect(readFrame(framed(Buffer.concat(all))).headers).toEqual({ b: 'c' });
    for (const broken of [header(10, []), header(7, [0, 9, 99]), header(5, [0]), Buffer.from([9, 97]), header(6, [0])])
      expect(() => readFrame(framed(broken))).toThrow(expect.objectContaining({ name: 'FrameDamage' }));
  });
});

describe('the event stream', () => {
  const STREAM = Buffer.concat([
    eventFrame('messageStart', { role: 'assistant' }),
    bytesOf('empty_message'),
    eventFrame('contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'Grüezi 世界 🌍' } }),
    eventFrame('messageStop', { stopReason: 'end_turn' }),
  ]);

  it('gives events by their type, and passes over empty frames that keep the connection open', () => {
    expect(decode(STREAM).map(({ data }) => data)).toEqual([
      { messageStart: { role: 'assistant' } },
      { contentBlockDelta: { contentBlockIndex: 0, delta: { text: 'Grüezi 世界 🌍' } } },
      { messageStop: { stopReason: 'end_turn' } },
    ]);
  });

  it('gives exceptions and errors as one form', () => {
    const exception = writeFrame(
      { ':message-type': 'exception', ':exception-type': 'throttlingException', ':content-type': 'application/json' },
      Buffer.from('{"message":"Too many tokens"}'),
    );
    const error = writeFrame(
      { ':message-type': 'error', ':error-code': 'InternalFailure', ':error-message': 'Failed' },
      new Uint8Array(),
    );
    expect(decode(exception)[0]?.data).toEqual({ error: { type: 'throttlingException', message: 'Too many tokens' } });
    expect(decode(error)[0]?.data).toEqual({ error: { type: 'InternalFailure', message: 'Failed' } });
  });

  it('does not depend on how the bytes were cut', () => {
    const damaged = Buffer.concat([STREAM, bytesOf('corrupted_payload'), STREAM]);
    for (const bytes of [STREAM, damaged]) {
      const expected = decode(bytes);
      fc.assert(
        fc.property(fc.array(fc.nat(bytes.length), { maxLength: 60 }), (cuts) => {
          expect(decode(bytes, cuts)).toEqual(expected);
        }),
      );
      expect(decode(bytes, [...bytes.keys()])).toEqual(expected);
    }
    expect(decode(damaged).map(({ event }) => event === DAMAGED)).toEqual([false, false, false, true]);
  });

  it('a changed bit anywhere never passes for what was sent', () => {
    const bytes = eventFrame('messageStop', { stopReason: 'end_turn' });
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(7), (at, bit) => {
        const changed = Uint8Array.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ (1 << bit);
        expect(decode(changed).every(({ event }) => event === DAMAGED)).toBe(true);
      }),
    );
  });

  it('a frame that is truncated gives nothing', () => {
    expect(decode(STREAM.subarray(0, STREAM.length - 1))).toHaveLength(2);
    expect(decode(STREAM.subarray(0, 5))).toEqual([]);
  });

  it.each([
    ['more than 16 MiB', prelude(MAX_FRAME_BYTES + 1, 0)],
    ['less than its own form', prelude(15, 0)],
    ['less than its headers', prelude(40, 30)],
    ['headers of more than 128 KiB', prelude(1_000_000, 200_000)],
  ])('a frame of %s is refused as soon as its length is known', (_what, bytes) => {
    expect(decode(bytes)).toEqual([expect.objectContaining({ event: DAMAGED, data: undefined })]);
  });

  it('takes a frame of a megabyte in a thousand pieces', () => {
    const text = 'x'.repeat(1_000_000);
    const bytes = eventFrame('contentBlockDelta', { delta: { text } });
    const cuts = Array.from({ length: 1_000 }, (_, index) => index * 1_000);
    expect(decode(bytes, cuts)[0]?.data).toEqual({ contentBlockDelta: { delta: { text } } });
  });
});
