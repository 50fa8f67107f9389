import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RouterService, SwitchyardError } from '@switchyard/contracts';
import { CONTROLLERS } from '../gateway.module.js';
import { routesOf } from '../http/route.js';
import { startGateway, type TestAnswer, type TestGateway } from '../testing/gateway.fixture.js';
import { allows, SCOPES } from './scopes.js';

const codeOf = (answer: TestAnswer): unknown => (answer.json['error'] as Record<string, unknown> | undefined)?.['code'];

describe('a key', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway();
    gateway.services.answer(RouterService.method.listAgents, () => ({ agents: [] }));
  });
  afterAll(() => gateway.close());

  it('is asked for on every route that is not public', async () => {
    for (const spec of routesOf(CONTROLLERS)) {
      const answer = await gateway.request(spec.method, spec.path.replace(/:\w+/g, 'x'), { key: '' });
      if (spec.access === 'public') expect([spec.path, answer.status === 401]).toEqual([spec.path, false]);
      else expect([spec.path, answer.status, codeOf(answer)]).toEqual([spec.path, 401, 'key.missing']);
    }
  });

  it('needs the scope of the route, and a wider scope will do', async () => {
    const narrower = { read: [], run: ['sy_reader'], admin: ['sy_reader', 'sy_runner'] };
    for (const spec of routesOf(CONTROLLERS)) {
      if (spec.access === 'public') continue;
      for (const key of narrower[spec.access]) {
        const answer = await gateway.request(spec.method, spec.path.replace(/:\w+/g, 'x'), { key });
        expect([spec.path, key, answer.status, codeOf(answer)]).toEqual([spec.path, key, 403, 'key.scope']);
      }
    }
    expect(SCOPES.filter((needed) => allows({ scopes: ['run'] }, needed))).toEqual(['read', 'run']);
    expect(SCOPES.filter((needed) => allows({ scopes: ['nonsense'] }, needed))).toEqual([]);
  });

  it('is asked for on HEAD too, which the server has beside every GET', async () => {
    for (const spec of routesOf(CONTROLLERS)) {
      if (spec.method !== 'GET' || spec.access === 'public') continue;
      const answer = await gateway.request('HEAD', spec.path.replace(/:\w+/g, 'x'), { key: '' });
      expect([spec.path, answer.status]).toEqual([spec.path, 401]);
    }
  });

  it('is taken from X-API-Key too', async () => {
    const answer = await gateway.request('GET', '/v1/agents', { key: '', headers: { 'x-api-key': 'sy_reader' } });
    expect(answer.status).toBe(200);
  });

  it('that is wrong is refused, whether or not it looks like one', async () => {
    for (const key of ['sy_wrong', 'Bearer', 'sk-other']) {
      const answer = await gateway.request('GET', '/v1/agents', { key });
      expect([answer.status, codeOf(answer)]).toEqual([401, 'key.invalid']);
      expect(answer.headers.get('www-authenticate')).toContain('Bearer');
    }
    const basic = await gateway.request('GET', '/v1/agents', { key: '', headers: { authorization: 'Basic c3k6eA==' } });
    expect(codeOf(basic)).toBe('key.missing');
  });

  it('is asked about once in a while, not at every request', async () => {
    const asked = gateway.services.answer(RouterService.method.verifyKey, () => ({
      id: 'k',
      tenant: 'acme',
      name: 'n',
      scopes: ['read'],
    }));
    for (let count = 0; count < 5; count += 1) await gateway.request('GET', '/v1/agents', { key: 'sy_cached' });
    expect(asked).toHaveLength(1);
  });

  it('that cannot be checked is not refused for good, and not let in', async () => {
    gateway.services.answer(RouterService.method.verifyKey, () => {
      throw new SwitchyardError('database.unavailable', 'No database.', { retryable: true });
    });
    expect((await gateway.request('GET', '/v1/agents', { key: 'sy_later' })).status).toBe(503);
    gateway.services.answer(RouterService.method.verifyKey, () => ({
      id: 'k',
      tenant: 'acme',
      name: 'n',
      scopes: ['read'],
    }));
    expect((await gateway.request('GET', '/v1/agents', { key: 'sy_later' })).status).toBe(200);
  });

  it('is never written to the log', () => {
    expect(gateway.log.join('')).not.toMatch(/sy_(wrong|cached|later|reader|admin)/);
  });

  it('that guesses is slowed down, and one in use is not', async () => {
    gateway.services.answer(RouterService.method.verifyKey, ({ secret }) => {
      if (secret.startsWith('sy_guess')) throw new SwitchyardError('key.invalid', 'No.');
      return { id: 'key_1', tenant: 'acme', name: 'n', scopes: ['read'] };
    });
    expect((await gateway.request('GET', '/v1/agents', { key: 'sy_reader' })).status).toBe(200);
    // Ten a second are let through: even a slow machine sends these sooner than they are allowed.
    const answers = await Promise.all(
      Array.from({ length: 300 }, (_, n) => gateway.request('GET', '/v1/agents', { key: `sy_guess${n}` })),
    );
    const inUse = await gateway.request('GET', '/v1/agents', { key: 'sy_reader' });
    expect(inUse.status).toBe(200);
    expect(answers.every((answer) => [401, 429].includes(answer.status))).toBe(true);
    expect(answers.map(codeOf)).toContain('rate.limited');
  });
});

describe("a key of another tenant than the platform's own", () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway({ SWITCHYARD_TENANT: 'platform' });
  });
  afterAll(() => gateway.close());

  it.each([
    ['GET', '/v1/dead-letters'],
    ['GET', '/v1/dead-letters/run/run_1'],
    ['POST', '/v1/dead-letters/run/run_1/redrive'],
    ['POST', '/v1/dead-letters/redrive'],
    ['POST', '/v1/backends'],
    ['DELETE', '/v1/backends/x'],
    ['POST', '/v1/tool-servers'],
    ['DELETE', '/v1/tool-servers/x'],
    ['GET', '/v1/tool-servers/x/logs'],
    ['POST', '/v1/tool-servers/x/login'],
    ['DELETE', '/v1/tool-servers/x/login'],
    ['POST', '/v1/tools/x/accept'],
    ['POST', '/v1/tool-settings/x'],
    ['POST', '/v1/secrets-rotation'],
  ])('neither reads nor changes what is of all tenants: %s %s', async (method, path) => {
    const answer = await gateway.request(method, path, { key: 'sy_admin' });
    expect([answer.status, codeOf(answer)]).toEqual([403, 'key.scope']);
  });

  it('administers its own', async () => {
    gateway.services.answer(RouterService.method.listKeys, () => ({ keys: [] }));
    expect((await gateway.request('GET', '/v1/keys', { key: 'sy_admin' })).status).toBe(200);
  });
});

describe('the limits of a request', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway({ SWITCHYARD_REQUESTS_PER_SECOND: '3', SWITCHYARD_MAX_BODY_BYTES: '2048' });
    gateway.services.answer(RouterService.method.listAgents, () => ({ agents: [] }));
  });
  afterAll(() => gateway.close());

  it('hold back a key that asks too often, and say for how long', async () => {
    // Three a second are let through: even a slow machine sends these sooner than they are allowed.
    const answers = await Promise.all(
      Array.from({ length: 120 }, () => gateway.request('GET', '/v1/agents', { key: 'sy_reader' })),
    );
    const refused = answers.filter((answer) => answer.status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]?.headers.get('retry-after')).toBe('1');
    expect(refused.map(codeOf)).toEqual(refused.map(() => 'rate.limited'));
  });

  it('refuse a body that is too large, by its own name where it is a task', async () => {
    const raw = JSON.stringify({ agent: 'a', input: 'x'.repeat(4_096) });
    const task = await gateway.request('POST', '/v1/tasks', { raw });
    expect([task.status, codeOf(task)]).toEqual([413, 'task.too_large']);
    const agent = await gateway.request('POST', '/v1/agents', { raw });
    expect([agent.status, codeOf(agent)]).toEqual([413, 'http.body_too_large']);
  });

  it('are checked after the key: a stranger is refused before the body is read', async () => {
    const answer = await gateway.request('POST', '/v1/tasks', { raw: 'x'.repeat(4_096), key: '' });
    expect(answer.status).toBe(401);
  });
});
