import { describe, expect, it } from '@jest/globals';
import { rest, switchyard, switchyardJson, type System } from '../index.js';

interface CreatedKey {
  key: { id: string; name: string; scopes: string[] };
  secret: string;
}

export function apiKeys(system: () => System): void {
  const create = (name: string, ...scopes: string[]) =>
    switchyardJson<CreatedKey>(system(), ['keys', 'create', name, ...scopes.flatMap((scope) => ['--scope', scope])]);
  const task = { agent: 'assistant', input: 'What is 1 + 1?' };

  describe('an API key', () => {
    it('may do what its scopes say, and no more', async () => {
      const reader = await create('dashboard', 'read');
      const runner = await create('worker', 'run');
      expect(reader).toMatchObject({
        key: { name: 'dashboard', scopes: ['read'] },
        secret: expect.stringMatching(/^sy_/),
      });
      const attempts = async (key: string) =>
        [
          await rest(system(), 'GET', '/v1/runs', { key }),
          await rest(system(), 'POST', '/v1/tasks', { key, body: task }),
          await rest(system(), 'GET', '/v1/keys', { key }),
          await rest(system(), 'POST', '/v1/agents', { key, body: { name: 'x', instructions: 'x' } }),
        ].map(({ status }) => status);
      expect(await attempts(reader.secret)).toEqual([200, 403, 403, 403]);
      expect(await attempts(runner.secret)).toEqual([200, 202, 403, 403]);
      expect((await rest(system(), 'POST', '/v1/tasks', { key: reader.secret, body: task })).body).toMatchObject({
        error: { code: 'key.scope' },
      });
      const byHeader = { headers: { 'x-api-key': reader.secret }, key: null };
      expect((await rest(system(), 'GET', '/v1/runs', byHeader)).status).toBe(200);
    });

    it('is needed, and has to be right', async () => {
      expect(await rest(system(), 'GET', '/v1/runs', { key: null })).toMatchObject({
        status: 401,
        body: { error: { code: 'key.missing' } },
      });
      expect(await rest(system(), 'GET', '/v1/runs', { key: 'sy_wrong' })).toMatchObject({
        status: 401,
        body: { error: { code: 'key.invalid' } },
      });
    });

    it('is listed without its secret, and of no use once it was revoked', async () => {
      const { key, secret } = await create('guest', 'read');
      expect((await rest(system(), 'GET', '/v1/runs', { key: secret })).status).toBe(200);
      const listed = await switchyard(system(), ['--json', 'keys', 'list']);
      expect(listed.stdout).toContain(key.id);
      expect(listed.stdout).not.toContain(secret);
      expect(await switchyardJson(system(), ['keys', 'revoke', key.id])).toMatchObject({
        id: key.id,
        revoked_at: expect.any(String),
      });
      // A gateway that saw the key a moment ago may accept it for some seconds more, but for the one that revoked it.
      for (let replica = 0; replica < system().replicas; replica++)
        expect((await rest(system(), 'GET', '/v1/runs', { key: secret, replica })).status).toBe(401);
      expect((await switchyard(system(), ['keys', 'list'])).stdout).toMatch(new RegExp(`${key.id} .*revoked`));
    });
  });
}
