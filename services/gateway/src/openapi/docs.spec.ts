import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startGateway, type TestGateway } from '../testing/gateway.fixture.js';
import { openApiPath } from './document.js';

/** Served by the skeleton that all services share, to the machine's own tools. */
const OPERATIONS = /^\/(health|metrics)/;

describe('the documentation', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway();
  });
  afterAll(() => gateway.close());

  it('has every route that is registered', async () => {
    const { json } = await gateway.request('GET', '/openapi.json', { key: '' });
    const paths = json['paths'] as Record<string, Record<string, unknown>>;
    expect(json['openapi']).toBe('3.1.0');
    expect(gateway.registered.length).toBeGreaterThan(30);
    for (const { method, path } of gateway.registered) {
      if (OPERATIONS.test(path) || path === '*') continue;
      expect([method, path, Object.keys(paths[openApiPath(path)] ?? {})]).toEqual([
        method,
        path,
        expect.arrayContaining([method.toLowerCase()]),
      ]);
    }
  });

  it('is a page whose every file comes from this server, under a policy that allows no other', async () => {
    const page = await gateway.request('GET', '/docs', { key: '' });
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self';");
    expect(page.text).not.toMatch(/https?:/);
    expect(page.text).not.toMatch(/<script>|<style>| on\w+=/);
    const files = [...page.text.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path]) => path ?? '');
    expect(files).toHaveLength(3);
    for (const path of files) {
      const file = await gateway.request('GET', path, { key: '' });
      expect([path, file.status]).toEqual([path, 200]);
      expect(file.headers.get('content-type')).toMatch(path.endsWith('.css') ? /text\/css/ : /text\/javascript/);
    }
  });

  it('goes out like every answer with headers that keep browsers careful, and without CORS', async () => {
    const answer = await gateway.request('GET', '/openapi.json', {
      key: '',
      headers: { origin: 'https://elsewhere.example' },
    });
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  });
});
