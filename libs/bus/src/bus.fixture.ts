import 'reflect-metadata';
import { Module, type DynamicModule, type Provider, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { CustomTransportStrategy } from '@nestjs/microservices';
import { DeadLetterSchema, decode, type DeadLetter } from '@switchyard/contracts';
import { createLogger } from '@switchyard/telemetry';
import { freshPrefix, testServers } from '@switchyard/testing';
import type { Bus } from './bus.js';
import { connectBus } from './connect-bus.js';
import { ensureStreams } from './streams/ensure-streams.js';
import { STREAMS, streamName, type StreamName } from './streams/stream-specs.js';

/** Everything that a test opened, closed in the opposite order. */
export class Scope {
  private readonly closers: (() => Promise<unknown>)[] = [];

  defer(close: () => Promise<unknown>): void {
    this.closers.unshift(close);
  }

  async close(): Promise<void> {
    for (const close of this.closers.splice(0)) await close();
  }
}

export interface TestBusOptions {
  prefix?: string;
  name?: string;
  servers?: string;
  /** Default true. */
  streams?: boolean;
}

/** A bus with a prefix of its own and its streams, which are deleted at the end. */
export async function testBus(scope: Scope, options: TestBusOptions = {}): Promise<Bus> {
  const servers = options.servers ?? (await testServers()).natsUrl;
  const bus = await connectBus({
    servers,
    name: options.name ?? 'test',
    prefix: options.prefix ?? freshPrefix('bus'),
    logger: createLogger('test', { level: process.env['TEST_LOG'] ?? 'silent' }),
  });
  scope.defer(() => bus.close());
  if (options.streams ?? true) {
    await ensureStreams(bus);
    scope.defer(() => deleteStreams(bus));
  }
  return bus;
}

export async function deleteStreams(bus: Bus): Promise<void> {
  // A test may have stopped the server.
  if (!bus.connection.isUp) return;
  const manager = await bus.js.jetstreamManager(false);
  // A test may have deleted one itself.
  await Promise.all(STREAMS.map((stream) => manager.streams.delete(streamName(bus.prefix, stream)).catch(() => false)));
}

@Module({})
class TestModule {}

export interface TestServiceOptions {
  controllers: Type<unknown>[];
  providers?: Provider[];
}

/** A Nest application on one transport, as the service skeleton makes it. */
export async function testService(
  scope: Scope,
  strategy: CustomTransportStrategy,
  options: TestServiceOptions,
): Promise<{ stop(): Promise<void> }> {
  const module: DynamicModule = {
    module: TestModule,
    controllers: options.controllers,
    providers: options.providers ?? [],
  };
  const app = await NestFactory.createMicroservice(module, { strategy, logger: false, abortOnError: false });
  let stopped: Promise<void> | undefined;
  const stop = () => (stopped ??= app.close());
  scope.defer(stop);
  await app.listen();
  return { stop };
}

export async function messagesIn(bus: Bus, stream: StreamName): Promise<number> {
  const manager = await bus.js.jetstreamManager(false);
  return (await manager.streams.info(streamName(bus.prefix, stream))).state.messages;
}

export async function deadLetters(bus: Bus): Promise<DeadLetter[]> {
  const manager = await bus.js.jetstreamManager(false);
  const stream = streamName(bus.prefix, 'DEAD');
  const { state } = await manager.streams.info(stream);
  const letters: DeadLetter[] = [];
  for (let seq = state.first_seq; state.messages > 0 && seq <= state.last_seq; seq++) {
    const stored = await manager.streams.getMessage(stream, { seq });
    if (stored) letters.push(decode(DeadLetterSchema, stored.data));
  }
  return letters;
}
