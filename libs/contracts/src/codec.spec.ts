import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  create,
  decode,
  encode,
  fromValue,
  RunEventSchema,
  SwitchyardError,
  TaskRequestSchema,
  toValue,
  toWire,
  UsageSchema,
  type JsonValue,
} from './index.js';

const refusal = (read: () => unknown): SwitchyardError => {
  try {
    read();
  } catch (error) {
    if (error instanceof SwitchyardError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
};

describe('decode', () => {
  it('reads what a person would write', () => {
    const task = decode(TaskRequestSchema, '{"agent":"assistant","input":"hello","idempotency_key":"k1"}');
    expect(task).toMatchObject({ agent: 'assistant', idempotencyKey: 'k1' });
    expect(fromValue(task.input)).toBe('hello');
  });

  it.each([
    ['text that is not JSON', '{"agent":', 'contract.malformed'],
    ['an unknown field', '{"agent":"a","input":1,"agnet":"b"}', 'contract.malformed'],
    ['a wrong type', '{"agent":7,"input":1}', 'contract.malformed'],
    ['a list', '[]', 'contract.malformed'],
    ['a missing field', '{"agent":"a"}', 'contract.invalid'],
    ['an empty body', '', 'contract.invalid'],
    ['a name that is no subject token', '{"agent":"a.>","input":1}', 'contract.invalid'],
    ['a key over its length', `{"agent":"a","input":1,"idempotency_key":"${'k'.repeat(513)}"}`, 'contract.invalid'],
  ])('refuses %s', (_what, text, code) => {
    expect(refusal(() => decode(TaskRequestSchema, text))).toMatchObject({ code, retryable: false });
  });

  it('refuses bytes that are not UTF-8', () => {
    expect(refusal(() => decode(TaskRequestSchema, Uint8Array.of(0x7b, 0xff, 0x7d))).code).toBe('contract.malformed');
  });

  it('names the field that is wrong', () => {
    expect(refusal(() => decode(TaskRequestSchema, '{"agent":"a b","input":1}')).message).toContain(
      'TaskRequest.agent is "a b"',
    );
  });

  it('takes null for an input that is there', () => {
    expect(fromValue(decode(TaskRequestSchema, '{"agent":"a","input":null}').input)).toBeNull();
  });

  it('never throws anything but a coded error, whatever comes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        try {
          decode(RunEventSchema, text);
        } catch (error) {
          expect(error).toBeInstanceOf(SwitchyardError);
        }
      }),
    );
  });
});

describe('encode', () => {
  it('gives back what was read, whatever the input', () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ noUnicodeString: false }),
        fc.dictionary(fc.string(), fc.string()),
        (input, metadata) => {
          const plain = JSON.parse(JSON.stringify(input)) as JsonValue;
          const text = encode(TaskRequestSchema, { agent: 'a', input: toValue(plain), metadata });
          const back = decode(TaskRequestSchema, text);
          expect(fromValue(back.input)).toEqual(plain);
          expect(Object.entries(back.metadata).sort()).toEqual(Object.entries(metadata).sort());
        },
      ),
    );
  });

  it('writes the field names of the .proto files', () => {
    expect(encode(TaskRequestSchema, { agent: 'a', idempotencyKey: 'k' })).toBe('{"agent":"a","idempotency_key":"k"}');
  });
});

describe('toWire', () => {
  it('can write every field, for readers who do not know the defaults', () => {
    expect(toWire(UsageSchema, create(UsageSchema, { inputTokens: 3 }), { complete: true })).toEqual({
      input_tokens: 3,
      output_tokens: 0,
      cache_read_tokens: 0,
      cache_write_tokens: 0,
      reasoning_tokens: 0,
    });
  });
});
