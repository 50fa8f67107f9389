import { afterEach, describe, expect, it } from '@jest/globals';
import { ExecWorkSchema } from '@switchyard/contracts';
import { messagesIn, Scope, testBus } from './bus.fixture.js';
import { connectBus } from './connect-bus.js';

const scope = new Scope();
afterEach(() => scope.close());
const work = { tenant: 't', runId: 'run_1', backend: 'a' };

describe('publishing to a stream', () => {
  it('resolves when the message is stored, and stores the same id once', async () => {
    const bus = await testBus(scope);
    const subject = bus.subjects.exec('a', 'run_1');
    const first = await bus.publish(subject, ExecWorkSchema, work, { msgId: 'run_1:1' });
    const again = await bus.publish(subject, ExecWorkSchema, work, { msgId: 'run_1:1' });
    expect([first.duplicate, again.duplicate]).toEqual([false, true]);
    expect(await messagesIn(bus, 'EXEC')).toBe(1);
  });

  it('says that no stream takes the subject', async () => {
    const bus = await testBus(scope, { streams: false });
    await expect(bus.publish(bus.subjects.exec('a', 'r'), ExecWorkSchema, work)).rejects.toMatchObject({
      code: 'bus.no_stream',
      retryable: true,
      message: expect.stringContaining(bus.subjects.exec('a', 'r')),
    });
  });

  it('says that a message is too large, which will not change', async () => {
    const bus = await testBus(scope);
    const large = bus.publishText(bus.subjects.exec('a', 'r'), 'x'.repeat(1 + (bus.nc.info?.max_payload ?? 0)));
    await expect(large).rejects.toMatchObject({ code: 'bus.too_large', retryable: false });
  });

  it('says that the connection is closed', async () => {
    const bus = await testBus(scope, { streams: false });
    await bus.close();
    await expect(bus.publish(bus.subjects.exec('a', 'r'), ExecWorkSchema, work)).rejects.toMatchObject({
      code: 'bus.unavailable',
    });
    await bus.close();
  });
});

describe('connecting', () => {
  it('says which server cannot be reached and what to do', async () => {
    await expect(connectBus({ servers: 'nats://127.0.0.1:1', name: 'test', timeoutMs: 500 })).rejects.toMatchObject({
      code: 'bus.unreachable',
      retryable: true,
      message: expect.stringMatching(/127\.0\.0\.1:1.*NATS_URL/),
    });
  });

  it('says that the credentials are wrong, without showing them', async () => {
    const bus = await testBus(scope, { streams: false });
    const wrong = `nats://nobody:hunter2@${bus.nc.getServer()}`;
    const failure = await connectBus({ servers: wrong, name: 'test' }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'bus.unauthorized', retryable: false });
    expect(String(failure)).not.toContain('hunter2');
  });
});
