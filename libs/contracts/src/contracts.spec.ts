import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  create,
  eventTypeOf,
  fromErrorInfo,
  newId,
  RUN_EVENT_TYPES,
  RunEventSchema,
  SwitchyardError,
  TOKEN,
  toErrorInfo,
  wireFieldOf,
} from './index.js';

describe('newId', () => {
  it('sorts by time and is a subject token', () => {
    fc.assert(
      fc.property(
        fc.nat(2 ** 40),
        fc.nat(2 ** 20),
        fc.uint8Array({ minLength: 10, maxLength: 10 }),
        (at, later, random) => {
          const [first, second] = [newId('run', at, random), newId('run', at + later + 1)];
          expect(first < second).toBe(true);
          expect(first).toMatch(/^run_[0-9a-z]{26}$/);
          expect(first).toMatch(TOKEN);
        },
      ),
    );
  });

  it('does not repeat', () => {
    expect(new Set(Array.from({ length: 10_000 }, () => newId('call', 1))).size).toBe(10_000);
  });
});

describe('event types', () => {
  it('name every body of RunEvent and nothing else', () => {
    const bodies = RunEventSchema.oneofs.find((oneof) => oneof.name === 'body')?.fields ?? [];
    expect(RUN_EVENT_TYPES.map(wireFieldOf).sort()).toEqual(bodies.map((field) => field.name).sort());
    expect(bodies.map((field) => field.message?.name).sort()).toEqual([...RUN_EVENT_TYPES].sort());
  });

  it('are read from the body', () => {
    const event = create(RunEventSchema, { body: { case: 'runCancelled', value: { reason: 'asked' } } });
    expect(eventTypeOf(event)).toBe('RunCancelled');
    expect(() => eventTypeOf(create(RunEventSchema))).toThrow(TypeError);
  });
});

describe('errors', () => {
  it('keep code, message, details and retryability across a border', () => {
    const error = new SwitchyardError('model.rate_limited', 'Wait.', { retryable: true, details: { backend: 'glm' } });
    expect(fromErrorInfo(toErrorInfo(error))).toMatchObject({
      code: 'model.rate_limited',
      message: 'Wait.',
      retryable: true,
      details: { backend: 'glm' },
    });
  });

  it('take the unforeseen for internal and retryable', () => {
    expect(toErrorInfo(new Error('boom'))).toMatchObject({ code: 'internal', message: 'boom', retryable: true });
    expect(toErrorInfo('boom')).toMatchObject({ code: 'internal', message: 'boom' });
  });
});
