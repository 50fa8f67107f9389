import { describe, expect, it } from '@jest/globals';
import { create, TaskRequestSchema, toValue } from '@switchyard/contracts';
import { keyOfPlace, readTask } from './read-task.js';

const origin = { tenant: 'default', maxBytes: 1_000 };
const request = (init: object = {}) => create(TaskRequestSchema, { agent: 'a', input: toValue('hello'), ...init });

describe('a task', () => {
  it('has one fingerprint for one content, whatever its key and tenant', () => {
    const { fingerprint } = readTask(request(), origin);
    expect(readTask(request({ idempotencyKey: 'k', tenant: 'x' }), origin).fingerprint).toBe(fingerprint);
    expect(readTask(request({ input: toValue('other') }), origin).fingerprint).not.toBe(fingerprint);
    expect(readTask(request({ backend: 'b' }), origin).fingerprint).not.toBe(fingerprint);
  });

  it('is the same whether it says the usual priority or none', () => {
    const { fingerprint } = readTask(request(), origin);
    expect(readTask(request({ priority: 'normal' }), origin).fingerprint).toBe(fingerprint);
    expect(readTask(request({ priority: 'high' }), origin).fingerprint).not.toBe(fingerprint);
  });

  it('of its own key is known by that, else by the one of its publisher', () => {
    expect(readTask(request({ idempotencyKey: 'own' }), { ...origin, key: 'message' }).key).toBe('own');
    expect(readTask(request(), { ...origin, key: 'message' }).key).toBe('message');
    expect(readTask(request(), origin).key).toBeUndefined();
  });

  it('over the limit is refused with both numbers', () => {
    expect(() => readTask(request({ input: toValue('ä'.repeat(600)) }), origin)).toThrow(
      expect.objectContaining({ code: 'task.too_large', retryable: false, details: { bytes: 1_224, limit: 1_000 } }),
    );
  });

  it('with what Postgres cannot hold in a name is refused, and in its input is not', () => {
    expect(() => readTask(request({ thread: 'a\u0000b' }), origin)).toThrow(
      /TaskRequest\.thread has a control character/,
    );
    expect(() => readTask(request(), { ...origin, key: 'a\nb' })).toThrow(/idempotency_key/);
    expect(() => readTask(request(), { ...origin, tenant: 'a.b' })).toThrow(/tenant/);
    expect(readTask(request({ input: toValue('a\u0000b') }), origin).tenant).toBe('default');
  });

  it.each([-1, NaN, Infinity, -Infinity])('with a limit of %d dollars is refused with the place', (costUsd) => {
    expect(() => readTask(request({ limits: { costUsd } }), origin)).toThrow(
      expect.objectContaining({
        code: 'contract.invalid',
        message: expect.stringContaining(`TaskRequest.limits.cost_usd is ${costUsd}`),
        details: { message: 'switchyard.v1.TaskRequest', field: 'limits.cost_usd' },
      }),
    );
  });

  it('of a key that is too long is refused, whoever gave it', () => {
    expect(readTask(request(), { ...origin, key: 'k'.repeat(512) }).key).toHaveLength(512);
    expect(() => readTask(request(), { ...origin, key: 'k'.repeat(3_000) })).toThrow(
      expect.objectContaining({
        code: 'contract.invalid',
        retryable: false,
        message: expect.stringContaining('Nats-Msg-Id is longer than 512 characters'),
      }),
    );
    expect(() => readTask(request({ idempotencyKey: 'k'.repeat(513) }), origin)).toThrow(
      /TaskRequest\.idempotency_key/,
    );
  });

  it('on the bus without a key has one of its place, and another in a stream that was made anew', () => {
    const place = { subject: 's.tasks.default', streamSeq: 1, timestamp: new Date(1_000) };
    expect(keyOfPlace(place)).toBe(keyOfPlace({ ...place }));
    expect(keyOfPlace({ ...place, timestamp: new Date(2_000) })).not.toBe(keyOfPlace(place));
    expect(keyOfPlace({ ...place, streamSeq: 2 })).not.toBe(keyOfPlace(place));
  });
});
