import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@switchyard/contracts';
import { rest, switchyardJson, type System } from '../index.js';

const SERVICES = ['evaluator', 'executor', 'gateway', 'memory', 'router', 'tool-host'];

export function systemInformation(system: () => System): void {
  /** Every service as often as it has processes, under the installation's own prefix. */
  const expectedServices = (): string[] =>
    SERVICES.flatMap((name) => Array<string>(system().replicas).fill(`${system().connection.prefix}-${name}`));

  describe('a running system', () => {
    it('tells its version, its services, its backends, and whose key asks', async () => {
      const { status, body } = await rest(system(), 'GET', '/v1/system');
      expect(status).toBe(200);
      expect((body['services'] as { name: string }[]).map(({ name }) => name)).toEqual(expectedServices());
      expect(body).toMatchObject({
        version: expect.stringMatching(/^\d+\.\d+\.\d+/),
        tenant: 'default',
        key: { name: 'first', scopes: ['read', 'run', 'admin'] },
        backends: [
          { name: 'simulator', simulated: true, note: expect.stringContaining('no model behind it') },
          { name: 'simulator-anthropic', simulated: true },
        ],
        problems: [],
      });
    });

    it('answers NATS service discovery, as `nats micro ls` asks', async () => {
      const nats = await system().nats();
      try {
        const names: string[] = [];
        for await (const answer of await nats.requestMany('$SRV.PING', '', { strategy: 'timer', maxWait: 700 })) {
          const { name, type } = answer.json<{ name: string; type: string }>();
          expect(type).toBe('io.nats.micro.v1.ping_response');
          if (name.startsWith(`${system().connection.prefix}-`)) names.push(name);
        }
        expect(names.sort()).toEqual(expectedServices());
      } finally {
        await nats.close();
      }
    });

    it('is live and ready at every gateway, without a key', async () => {
      for (let replica = 0; replica < system().replicas; replica++) {
        for (const [path, answer] of [
          ['/health/live', 'live'],
          ['/health/ready', 'ready'],
        ] as const) {
          const { status, body } = await rest(system(), 'GET', path, { key: null, replica });
          expect([status, body['status']]).toEqual([200, answer]);
        }
      }
    });

    it('documents every route that it has', async () => {
      const page = await rest(system(), 'GET', '/docs', { key: null });
      expect(page.status).toBe(200);
      expect(page.headers.get('content-type')).toContain('text/html');
      const script = /src="([^"]+\.js)"/.exec(page.text)?.[1] ?? '';
      expect((await rest(system(), 'GET', new URL(script, 'http://x/docs/').pathname, { key: null })).status).toBe(200);

      const { body } = await rest(system(), 'GET', '/openapi.json', { key: null });
      expect(body['openapi']).toMatch(/^3\.1/);
      const paths = body['paths'] as Record<string, Record<string, { summary?: string }>>;
      expect(Object.keys(paths)).toEqual(
        expect.arrayContaining([
          '/v1/tasks',
          '/v1/runs',
          '/v1/runs/{id}',
          '/v1/runs/{id}/events',
          '/v1/runs/{id}/outcome',
          '/v1/agents',
          '/v1/backends',
          '/v1/tools',
          '/v1/tool-servers',
          '/v1/memories',
          '/v1/evaluations',
          '/v1/configurations',
          '/v1/keys',
          '/v1/dead-letters',
          '/v1/system',
        ]),
      );
      for (const methods of Object.values(paths))
        for (const operation of Object.values(methods)) expect(operation.summary).toEqual(expect.any(String));
    });

    it('counts what it does, for Prometheus', async () => {
      await rest(system(), 'POST', '/v1/tasks?wait=20', { body: { agent: 'assistant', input: 'What is 2 * 2?' } });
      const { status, headers, text } = await rest(system(), 'GET', '/metrics', { key: null });
      expect(status).toBe(200);
      expect(headers.get('content-type')).toContain('text/plain');
      const lines = text.split('\n');
      expect(lines).toContain('# TYPE switchyard_gateway_requests_total counter');
      const value = (name: string) =>
        Number(
          lines
            .find((line) => line.startsWith(name))
            ?.split(' ')
            .at(-1),
        );
      expect(value('switchyard_gateway_requests_total{method="POST",route="/v1/tasks",status="200"}')).toBe(1);
      expect(value('process_resident_memory_bytes')).toBeGreaterThan(0);
    });

    it('is found healthy by the doctor', async () => {
      const findings = await switchyardJson<{ level: string; name: string; detail: string }[]>(system(), ['doctor']);
      expect(findings.filter(({ level }) => level === 'failure')).toEqual([]);
      const services = findings.find(({ name }) => name === 'Services');
      for (const name of SERVICES) expect(services?.detail).toContain(`${name} ×${system().replicas}`);
    });

    it('keeps the connection of whoever started it to itself', async () => {
      const file = join(system().dataDir, 'connection.json');
      expect((await stat(file)).mode & 0o777).toBe(0o600);
      expect(JSON.parse(await readFile(file, 'utf8')) as JsonObject).toMatchObject({
        pid: system().pid,
        gateway_url: system().connection.gateway_url,
        nats_url: system().connection.nats_url,
        api_key: system().connection.api_key,
        mode: system().replicas > 1 ? 'separate' : 'all-in-one',
      });
    });
  });
}
