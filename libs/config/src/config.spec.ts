import { describe, expect, it } from '@jest/globals';
import { ConfigError, describeConfig, loadConfig } from './index.js';

describe('loadConfig', () => {
  it('works on an empty environment', () => {
    const config = loadConfig({});
    expect(config).toMatchObject({ natsUrl: 'nats://127.0.0.1:7422', prefix: 'switchyard', gateway: { port: 7400 } });
    expect(config.version).toMatch(/^\d+\.\d+\.\d+/);
  });

  it('names every bad variable at once', () => {
    const load = () =>
      loadConfig({ SWITCHYARD_GATEWAY_PORT: '99999', NATS_URL: 'http://x', SWITCHYARD_LOG_LEVEL: 'loud' });
    expect(load).toThrow(ConfigError);
    expect(load).toThrow(/NATS_URL[\s\S]*SWITCHYARD_LOG_LEVEL[\s\S]*SWITCHYARD_GATEWAY_PORT/);
  });

  it('deletes no run unless it is told to', () => {
    expect(loadConfig({}).router).toMatchObject({ archiveAfterDays: 30, deleteAfterDays: 0 });
  });

  it('takes an empty variable for an absent one', () => {
    expect(loadConfig({ OTEL_EXPORTER_OTLP_ENDPOINT: '' }).otlpEndpoint).toBeUndefined();
  });

  it('reads lists, and * as all backends', () => {
    expect(loadConfig({}).executor.backends).toBe('*');
    expect(loadConfig({ SWITCHYARD_BACKENDS: 'glm, scout ,' }).executor.backends).toEqual(['glm', 'scout']);
  });

  it.each(['https://a.test', 'a.test/x', '*a.test', 'a.*', 'a.test:https', 'a b'])(
    'takes no %s for a host',
    (pattern) => {
      expect(() => loadConfig({ SWITCHYARD_EGRESS: `ok.test,${pattern}` })).toThrow(/SWITCHYARD_EGRESS.*must be hosts/);
    },
  );

  it('takes an endpoint for an embedder only with its model and its dimensions, and prints it without its key', () => {
    expect(loadConfig({}).memory.embedder).toEqual({ kind: 'local' });
    const url = 'https://api.example.org/v1';
    expect(() => loadConfig({ SWITCHYARD_EMBEDDER: url })).toThrow(/SWITCHYARD_EMBEDDER_MODEL/);
    expect(() => loadConfig({ SWITCHYARD_EMBEDDER: 'best' })).toThrow(/SWITCHYARD_EMBEDDER: must be local, none, or/);
    const config = loadConfig({
      SWITCHYARD_EMBEDDER: url,
      SWITCHYARD_EMBEDDER_MODEL: 'small',
      SWITCHYARD_EMBEDDER_DIMENSIONS: '512',
      SWITCHYARD_EMBEDDER_KEY: 'sk-hidden',
    });
    expect(config.memory.embedder).toEqual({ kind: 'http', url, model: 'small', key: 'sk-hidden', dimensions: 512 });
    expect(JSON.stringify(describeConfig(config))).not.toContain('sk-hidden');
  });

  it('cannot be changed after boot', () => {
    const config = loadConfig({});
    expect(() => Object.assign(config.gateway, { port: 1 })).toThrow(TypeError);
  });

  it('is printed without secrets', () => {
    const config = loadConfig({
      NATS_URL: 'nats://token123@h:4222',
      DATABASE_URL: 'postgres://u:hunter2@h/db',
      SWITCHYARD_SECRET_KEY: 'key-of-keys',
    });
    const printed = JSON.stringify(describeConfig(config));
    expect(printed).not.toMatch(/token123|hunter2|key-of-keys/);
    expect(printed).toContain('postgres://u:***@h/db');
  });
});
