import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { newId, ToolHostService } from '@switchyard/contracts';
import { waitFor } from '@switchyard/testing';
import { stdioServer } from '../mcp/mcp-server.fixture.js';
import { ApiFixture } from '../openapi/api.fixture.js';
import { ToolHosts } from '../tool-host.fixture.js';
import { LocalKeys } from './local-keys.js';
import { SecretBox, type SealedSecret } from './secret-box.js';
import { rowsOf, setSecret, wholeDatabase, type SecretInit } from './secrets.fixture.js';

const KEY = randomBytes(32).toString('base64');
const VALUE = 'a-key-that-nobody-reads';
let hosts: ToolHosts;
beforeEach(async () => {
  hosts = await ToolHosts.create();
});
afterEach(() => hosts.close());

const start = (environment: Readonly<Record<string, string>> = {}) =>
  hosts.start({ SWITCHYARD_SECRET_KEY: KEY, ...environment });
const set = (name: string, init: SecretInit = {}) => setSecret(hosts, { name, value: VALUE, usedBy: ['fix'], ...init });
const call = (tool: string, args: Record<string, string>, tenant = 'default') =>
  hosts.rpc.call(ToolHostService.method.callTool, {
    tenant,
    callId: newId('call'),
    tool,
    arguments: args,
  });
const status = async (name: string) =>
  (await hosts.rpc.call(ToolHostService.method.listServers, {})).servers.find((server) => server.name === name);

describe('a secret', () => {
  it('is sealed in the table, listed without its value, and told by no answer', async () => {
    await start();
    const answer = await set('SHOP_KEY', { pools: ['default'], actor: 'user:anna' });
    const listed = await hosts.rpc.call(ToolHostService.method.listSecrets, { tenant: 'default' });
    expect(listed.secrets).toMatchObject([
      { name: 'SHOP_KEY', usedBy: ['fix'], pools: ['default'], revision: 1, updatedBy: 'user:anna' },
    ]);
    expect(
      [answer, ...listed.secrets].map((secret) => Object.values(secret).join()).join() + (await wholeDatabase(hosts)),
    ).not.toContain(VALUE);
    expect((await hosts.rpc.call(ToolHostService.method.listSecrets, { tenant: 'other' })).secrets).toEqual([]);
    await hosts.rpc.call(ToolHostService.method.removeSecret, { tenant: 'default', name: 'SHOP_KEY' });
    await expect(
      hosts.rpc.call(ToolHostService.method.removeSecret, { tenant: 'default', name: 'SHOP_KEY' }),
    ).rejects.toMatchObject({ code: 'secrets.not_found' });
  });

  it.each([
    [{ name: 'a b' }, /its name/],
    [{ value: 'short' }, /it has 5 bytes/],
    [{ value: 'x'.repeat(65_537) }, /65537 bytes/],
    [{ value: 'with-\0-in-it' }, /NUL/],
    [{ usedBy: ['*'] }, /no name of a server/],
    [{ usedBy: Array.from({ length: 65 }, (_, n) => `s${n}`) }, /more than 64/],
  ])('is refused as %j', async (init, message) => {
    await start();
    const refused = set('SHOP_KEY', init);
    await expect(refused).rejects.toMatchObject({ code: 'secrets.invalid', message: expect.stringMatching(message) });
    await expect(refused).rejects.not.toMatchObject({ message: expect.stringContaining('with-') });
  });

  it('cannot be set where there is no key, and the host works all the same', async () => {
    await hosts.start();
    await expect(set('SHOP_KEY')).rejects.toMatchObject({ code: 'secrets.no_key' });
    expect(await call('calculator', { expression: '1+1' })).toMatchObject({ status: 'ok' });
  });
});

/** A first connection takes its time on a busy machine. */
const PATIENTLY = { timeoutMs: 60_000 };

describe('a server that names a secret', () => {
  it('gets it, is connected anew when it changes, at every host of its pool, and never tells it', async () => {
    await start();
    const second = await start();
    await hosts.rpc.call(
      ToolHostService.method.applyServer,
      stdioServer('fix', { env: ['FIXTURE_KEY=secret:SHOP_KEY'] }),
      PATIENTLY,
    );
    expect(await status('fix')).toMatchObject({
      status: 'failing',
      lastError: { code: 'secrets.not_found', message: expect.stringContaining('switchyard secrets set') },
    });
    await set('SHOP_KEY');
    await waitFor(async () => ((await status('fix'))?.status === 'connected' ? true : undefined));
    const told = await call('fix_environment', { name: 'FIXTURE_KEY' });
    expect(told).toMatchObject({ status: 'ok', content: [{ text: '[secret SHOP_KEY]' }] });
    // Both hosts hold the new one: neither would find the old one in it any more.
    await set('SHOP_KEY', { value: 'another-value-of-it' });
    await second.stop();
    await waitFor(
      async () => {
        const { content } = await call('fix_environment', { name: 'FIXTURE_KEY' });
        // A call that meets the old connection as it closes is told so.
        return content[0]?.['text'] === '[secret SHOP_KEY]';
      },
      { describe: 'the server to have the new one' },
    );
    await hosts.rpc.call(ToolHostService.method.removeSecret, { tenant: 'default', name: 'SHOP_KEY' });
    expect((await status('fix'))?.lastError).toMatchObject({ code: 'secrets.not_found' });
  });

  it('is refused one that is for another server, another pool, or was changed in the table; others go on', async () => {
    await start();
    await set('OTHERS', { usedBy: ['other'] });
    await set('ELSEWHERE', { usedBy: ['fix'], pools: ['internal'] });
    await set('CHANGED', { usedBy: ['other'] });
    await rowsOf(hosts, `UPDATE effects.secrets SET used_by = '{fix}', revision = 9 WHERE name = 'CHANGED'`);
    await hosts.rpc.call(ToolHostService.method.applyServer, stdioServer('good'), PATIENTLY);
    for (const [name, code] of [
      ['OTHERS', 'secrets.not_granted'],
      ['ELSEWHERE', 'secrets.not_granted'],
      ['CHANGED', 'secrets.unreadable'],
    ] as const) {
      const applied = await waitFor(async () => {
        const server = await hosts.rpc.call(
          ToolHostService.method.applyServer,
          stdioServer('fix', { env: [`A_KEY=secret:${name}`] }),
          PATIENTLY,
        );
        return server.lastError?.code === code ? server : undefined;
      });
      expect(applied.lastError?.message).toContain(name);
    }
    expect(await call('good_add', {})).toMatchObject({ error: { code: 'tool.invalid_arguments' } });
    await expect(
      hosts.rpc.call(ToolHostService.method.applyServer, stdioServer('fix', { env: ['secret:a.b'] })),
    ).rejects.toMatchObject({ code: 'tool_server.invalid' });
  });

  it('calls an API with the key of the tenant that calls, or else the platform’s own', async () => {
    const api = await ApiFixture.start();
    try {
      await start();
      await set('SHOP', { usedBy: ['shop'], value: 'key-of-the-platform' });
      await set('SHOP', { usedBy: ['shop'], value: 'key-of-the-tenant', tenant: 'acme' });
      await set('SHOP', { usedBy: ['another'], value: 'key-for-another', tenant: 'umbrella' });
      await hosts.rpc.call(
        ToolHostService.method.applyServer,
        {
          ...api.definition('shop', { auth: { shop_key: { env: 'secret:SHOP' } } }),
        },
        PATIENTLY,
      );
      for (const tenant of ['default', 'acme', 'umbrella']) await call('shop_listBooks', {}, tenant);
      expect(api.calls.map(({ headers }) => headers['x-api-key'])).toEqual([
        'key-of-the-platform',
        'key-of-the-tenant',
        'key-of-the-platform',
      ]);
    } finally {
      await api.stop();
    }
  });
});

describe('rotation', () => {
  it('puts all under the new key, says what could not be opened, and lets nothing connect anew', async () => {
    const before = await start();
    await set('SHOP_KEY');
    await set('FOREIGN');
    const login = await new SecretBox(LocalKeys.parse(KEY)).seal('{"clients":{}}', 'tool-server/fix/oauth');
    await rowsOf(
      hosts,
      `INSERT INTO effects.tool_server_logins (server, sealed, updated_at) VALUES ('fix', '${JSON.stringify(login)}', now())`,
    );
    await rowsOf(
      hosts,
      `UPDATE effects.secrets SET sealed = jsonb_set(sealed, '{keyId}', '"0123456789abcdef"') WHERE name = 'FOREIGN'`,
    );
    await before.stop();
    const next = randomBytes(32).toString('base64');
    const both = await hosts.start({ SWITCHYARD_SECRET_KEY: `${next},${KEY}` });
    const rotation = await hosts.rpc.call(ToolHostService.method.rotateSecrets, {});
    expect(rotation).toMatchObject({
      rewrapped: 2,
      current: 0,
      failed: [{ tenant: 'default', name: 'FOREIGN', error: { code: 'secrets.unknown_key' } }],
    });
    expect(await hosts.rpc.call(ToolHostService.method.rotateSecrets, {})).toMatchObject({ rewrapped: 0, current: 2 });
    const [kept] = await rowsOf(hosts, 'SELECT sealed FROM effects.tool_server_logins');
    const box = new SecretBox(LocalKeys.parse(next));
    expect(await box.open(kept?.['sealed'] as SealedSecret, 'tool-server/fix/oauth')).toBe('{"clients":{}}');
    await both.stop();
    await hosts.start({ SWITCHYARD_SECRET_KEY: next });
    await hosts.rpc.call(
      ToolHostService.method.applyServer,
      stdioServer('fix', { env: ['FIXTURE_KEY=secret:SHOP_KEY'] }),
    );
    expect(await call('fix_environment', { name: 'FIXTURE_KEY' })).toMatchObject({
      content: [{ text: '[secret SHOP_KEY]' }],
    });
    expect((await hosts.rpc.call(ToolHostService.method.listSecrets, { tenant: 'default' })).secrets).toMatchObject([
      { name: 'FOREIGN', revision: 1 },
      { name: 'SHOP_KEY', revision: 1, keyId: rotation.keyId },
    ]);
  });
});
