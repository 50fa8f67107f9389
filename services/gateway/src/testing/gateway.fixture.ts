import 'reflect-metadata';
import { Global, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Bus, connectBus, RpcClient } from '@switchyard/bus';
import { loadConfig, type Config } from '@switchyard/config';
import { RouterService, SwitchyardError } from '@switchyard/contracts';
import { CONFIG, LOGGER } from '@switchyard/service';
import { createLogger, startTelemetry } from '@switchyard/telemetry';
import { freshPrefix, testServers } from '@switchyard/testing';
import { serviceDefinition } from '../index.js';
import { StubServices } from './stub-services.fixture.js';

/** Keys that the stubbed router knows, with their scopes; all of tenant "acme". */
export const KEYS: Readonly<Record<string, readonly string[]>> = {
  sy_reader: ['read'],
  sy_runner: ['run'],
  sy_admin: ['admin'],
};

export interface TestGateway {
  url: string;
  app: NestFastifyApplication;
  /** What stands on the other side of the gateway. */
  services: StubServices;
  /** The other side's connection. */
  bus: Bus;
  /** What the HTTP server has routes for. */
  registered: { method: string; path: string }[];
  /** Lines of the gateway's log. */
  log: string[];
  request(method: string, path: string, options?: RequestOptions): Promise<TestAnswer>;
  close(): Promise<void>;
}

export interface RequestOptions {
  body?: unknown;
  /** Sent as it is. */
  raw?: string | Uint8Array<ArrayBuffer>;
  key?: string;
  headers?: Record<string, string>;
}

export interface TestAnswer {
  status: number;
  headers: Headers;
  json: Record<string, unknown>;
  text: string;
}

/** A gateway on the real NATS, and stubs for the services behind it. */
export async function startGateway(env: Record<string, string> = {}): Promise<TestGateway> {
  const { natsUrl } = await testServers();
  const prefix = freshPrefix('gateway');
  const config = loadConfig({
    NATS_URL: natsUrl,
    SWITCHYARD_PREFIX: prefix,
    SWITCHYARD_GATEWAY_PORT: '0',
    SWITCHYARD_TENANT: 'acme',
    ...env,
  });
  const log: string[] = [];
  const logger = createLogger('gateway', {
    level: 'trace',
    destination: { write: (line: string) => void log.push(line) },
  });
  const telemetry = startTelemetry({ service: 'switchyard-gateway', version: config.version });
  const own = await connectBus({ servers: natsUrl, name: 'switchyard-gateway', prefix, logger });
  const others = await connectBus({ servers: natsUrl, name: 'switchyard-stubs', prefix, logger });
  const services = new StubServices(others);
  services.answer(RouterService.method.verifyKey, ({ secret }) => {
    const scopes = KEYS[secret];
    if (!scopes) throw new SwitchyardError('key.invalid', 'Not a key.');
    return { id: `key_${secret}`, tenant: 'acme', name: secret.slice(3), scopes: [...scopes] };
  });
  await others.nc.flush();
  const registered: TestGateway['registered'] = [];
  const app = await boot(config, own, logger, registered);
  const url = await app.getUrl();
  return {
    url,
    app,
    services,
    bus: others,
    registered,
    log,
    request: async (method, path, options) => {
      await services.settled();
      return request(url, method, path, options);
    },
    close: async () => {
      await app.close();
      await telemetry.shutdown();
      await Promise.all([own.close(), others.close()]);
    },
  };
}

async function boot(
  config: Config,
  bus: Bus,
  logger: ReturnType<typeof createLogger>,
  registered: TestGateway['registered'],
): Promise<NestFastifyApplication> {
  const rpc = new RpcClient(bus);
  const context = { config, bus, rpc, logger };
  const core = [
    { provide: Bus, useValue: bus },
    { provide: RpcClient, useValue: rpc },
    { provide: CONFIG, useValue: config },
    { provide: LOGGER, useValue: logger },
  ];

  @Global()
  @Module({ providers: core, exports: core })
  class CoreModule {}

  @Module({ imports: [CoreModule, serviceDefinition.module(context)] })
  class RootModule {}

  const app = await NestFactory.create<NestFastifyApplication>(RootModule, new FastifyAdapter(), { logger: false });
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRoute', ({ method, url }) => {
      for (const one of [method].flat()) if (one !== 'HEAD') registered.push({ method: one, path: url });
    });
  const address = await serviceDefinition.configure?.(app, context);
  if (!address) throw new Error('The gateway does not say where it listens');
  await app.listen(address.port, address.host);
  return app;
}

async function request(base: string, method: string, path: string, options: RequestOptions = {}): Promise<TestAnswer> {
  const key = options.key ?? 'sy_admin';
  const body = options.raw ?? (options.body === undefined ? undefined : JSON.stringify(options.body));
  const response = await fetch(new URL(path, base), {
    method,
    headers: {
      ...(key === '' ? {} : { authorization: `Bearer ${key}` }),
      ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...options.headers,
    },
    ...(body === undefined ? {} : { body }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: parsed(text) };
}

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    // Not every answer is JSON; the test that wants one sees the empty object.
    return {};
  }
}
