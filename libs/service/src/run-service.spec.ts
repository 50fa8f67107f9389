import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { freshPrefix, testServers, waitFor } from '@switchyard/testing';
import { runService } from './run-service.js';
import { testDefinition } from './service.fixture.js';

const environment = { ...process.env };
const exits: number[] = [];
beforeEach(async () => {
  const { natsUrl } = await testServers();
  Object.assign(process.env, {
    NATS_URL: natsUrl,
    SWITCHYARD_PREFIX: freshPrefix('run'),
    SWITCHYARD_LOG_LEVEL: 'silent',
  });
  jest.spyOn(process, 'exit').mockImplementation((code) => {
    exits.push(Number(code));
    return undefined as never;
  });
});
afterEach(() => {
  jest.restoreAllMocks();
  process.removeAllListeners('SIGTERM');
  process.removeAllListeners('SIGINT');
  for (const name of Object.keys(process.env)) if (!(name in environment)) Reflect.deleteProperty(process.env, name);
  Object.assign(process.env, environment);
  exits.length = 0;
});

describe('a service process', () => {
  it('stops in good order when it is told to', async () => {
    await runService(testDefinition('router'));
    expect(exits).toEqual([]);
    process.emit('SIGTERM', 'SIGTERM');
    await waitFor(() => exits.length > 0);
    expect(exits).toEqual([0]);
  });

  it('stops at once when it is told twice', async () => {
    let close: () => void = () => undefined;
    const closing = new Promise<void>((resolve) => (close = resolve));
    const definition = testDefinition(
      'router',
      {},
      {
        configure: async (app) => {
          app
            .getHttpAdapter()
            .getInstance()
            .addHook('onClose', () => closing);
          return await Promise.resolve();
        },
      },
    );
    await runService(definition);
    process.emit('SIGINT', 'SIGINT');
    process.emit('SIGINT', 'SIGINT');
    expect(exits).toEqual([1]);
    close();
    await waitFor(() => exits.length >= 2);
  });

  it.each([
    ['its environment is wrong', { SWITCHYARD_HEALTH_PORT: 'many' }],
    ['NATS cannot be reached', { NATS_URL: 'nats://127.0.0.1:1' }],
  ])('ends with 1 when %s', async (_, env) => {
    Object.assign(process.env, env);
    await runService(testDefinition('router'));
    expect(exits).toEqual([1]);
  });
});
