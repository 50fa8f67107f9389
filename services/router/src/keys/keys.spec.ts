import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RouterService } from '@switchyard/contracts';
import { sql } from '@switchyard/persistence';
import { startRouter, type RouterUnderTest } from '../router.fixture.js';
import { bootstrapKey } from './bootstrap-key.js';
import { hashSecret, newSecret } from './secret.js';

const { createKey, listKeys, revokeKey, verifyKey } = RouterService.method;

describe('API keys over the bus', () => {
  let router: RouterUnderTest;
  beforeAll(async () => {
    router = await startRouter();
  });
  afterAll(() => router.stop());

  const create = (name = 'k', scopes = ['read']) => router.rpc.call(createKey, { tenant: 'default', name, scopes });
  const verify = (secret: string) => router.rpc.call(verifyKey, { secret });

  it('are told once, and stored as a hash only', async () => {
    const { key, secret } = await create('mine', ['read', 'run', 'read']);
    expect(secret).toMatch(/^sy_[A-Za-z0-9_-]{43}$/);
    expect(key).toMatchObject({ name: 'mine', tenant: 'default', scopes: ['read', 'run'] });
    const rows = await sql<{ row: string }>(router.dataSource, 'SELECT k::text AS row FROM registry.api_keys k');
    expect(rows.some(({ row }) => row.includes(hashSecret(secret)))).toBe(true);
    expect(rows.some(({ row }) => row.includes(secret))).toBe(false);
    expect(await verify(secret)).toEqual(key);
    const listed = await router.rpc.call(listKeys, { tenant: 'default' });
    expect(JSON.stringify(listed.keys.map((item) => ({ ...item, createdAt: '' })))).not.toMatch(
      new RegExp(`${secret}|${hashSecret(secret)}`),
    );
  });

  it('that are malformed, unknown or revoked get one and the same answer', async () => {
    const { key, secret } = await create();
    const revoked = await router.rpc.call(revokeKey, { tenant: 'default', id: key?.id ?? '' });
    expect(revoked.revokedAt).toBeDefined();
    expect(await router.rpc.call(revokeKey, { tenant: 'default', id: key?.id ?? '' })).toEqual(revoked);
    const answers = await Promise.all(
      ['x', `${secret}x`, newSecret(), secret].map((candidate) =>
        verify(candidate).catch((error: unknown) =>
          error instanceof Error && 'code' in error ? `${String(error.code)} ${error.message}` : error,
        ),
      ),
    );
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toMatch(/^key\.invalid /);
  });

  it('have known scopes and a name that can be stored', async () => {
    await expect(create('k', ['raed'])).rejects.toMatchObject({
      code: 'contract.invalid',
      message: expect.stringMatching(/not "raed"\. Did you mean "read"/),
    });
    await expect(create('a\u0000')).rejects.toMatchObject({ code: 'contract.invalid' });
    await expect(create('k', [])).rejects.toMatchObject({ code: 'contract.invalid' });
  });

  it('of another tenant can neither be seen nor revoked', async () => {
    const { key } = await create();
    const id = key?.id ?? '';
    await expect(router.rpc.call(revokeKey, { tenant: 'other', id })).rejects.toMatchObject({ code: 'key.not_found' });
    expect((await router.rpc.call(listKeys, { tenant: 'other' })).keys).toEqual([]);
  });

  it('can be made before any service runs, and the one that was kept stays while it is good', async () => {
    const first = await bootstrapKey(router.dataSource, 'default');
    expect(first.created).toBe(true);
    expect((await verify(first.secret)).scopes).toEqual(['read', 'run', 'admin']);
    expect(await bootstrapKey(router.dataSource, 'default', first.secret)).toEqual({
      secret: first.secret,
      created: false,
    });
    const stale = await bootstrapKey(router.dataSource, 'default', newSecret());
    expect(stale.created).toBe(true);
    expect((await bootstrapKey(router.dataSource, 'other', first.secret)).created).toBe(true);
  });
});
