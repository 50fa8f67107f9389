import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ToolServer } from '@switchyard/contracts';
import { waitFor } from '@switchyard/testing';
import { CallHost, callOf, effectsDatabase, type EffectsDatabase } from '../../calls/call-host.fixture.js';
import { LocalKeys } from '../../secrets/local-keys.js';
import { SecretBox } from '../../secrets/secret-box.js';
import { Egress } from '../../shared/egress.js';
import { oauthFetch } from './oauth-fetch.js';
import { OAuthFixture } from './oauth-server.fixture.js';
import { oauthSettingsOf } from './oauth-settings.js';
import { SealedOAuthStore } from './sealed-oauth-store.repository.js';
import { ServerOAuth, type LoginEnd } from './server-oauth.js';

const REDIRECT = 'http://127.0.0.1:7400/v1/oauth/callback';

let effects: EffectsDatabase;
let fixture: OAuthFixture;
let hosts: CallHost[] = [];
const anywhere = new Egress([]);
const box = new SecretBox(new LocalKeys([randomBytes(32)]));

beforeAll(async () => {
  effects = await effectsDatabase();
}, 180_000);
afterAll(() => effects.drop());
beforeEach(async () => {
  fixture = await new OAuthFixture().start();
});
afterEach(async () => {
  await Promise.all(hosts.map((host) => host.stop()));
  hosts = [];
  await fixture.stop();
  await effects.dataSource.query('DELETE FROM effects.tool_servers');
  await effects.dataSource.query('DELETE FROM effects.tool_server_logins');
});

const store = () => new SealedOAuthStore(effects.dataSource, box);
const startHost = async (): Promise<CallHost> => {
  const host = await new CallHost(effects.dataSource, [], {}, store()).start();
  hosts.push(host);
  return host;
};
const oauthOf = (server: ToolServer, now?: () => Date) =>
  new ServerOAuth(oauthSettingsOf(server, process.env), store(), anywhere, now);
/** A person follows the address, and the browser comes back. */
const visit = async (url: string): Promise<LoginEnd> => {
  const answer = await fetch(url, { redirect: 'manual' });
  const back = new URL(answer.headers.get('location') ?? '').searchParams;
  return { state: back.get('state') ?? '', code: back.get('code') ?? '', iss: back.get('iss') ?? '' };
};
const login = async (server: ToolServer): Promise<void> => {
  const oauth = oauthOf(server);
  await oauth.finishLogin(await visit((await oauth.beginLogin({ redirectUrl: REDIRECT })).url));
};
const connectionOf = (host: CallHost) => host.servers.servers()[0]?.connection;
const connected = async (host: CallHost): Promise<void> => {
  await waitFor(
    async () => {
      await connectionOf(host)?.reach(1_000);
      return connectionOf(host)?.status === 'connected';
    },
    { describe: 'the connection' },
  );
};
const loggedIn = async (): Promise<CallHost> => {
  const host = await startHost();
  await host.servers.apply(fixture.server('guarded'));
  await login(fixture.server('guarded'));
  await connected(host);
  return host;
};
const use = (host: CallHost, tool: string) => host.calls.perform(callOf(tool));

describe('a server that asks for authorisation', () => {
  it('waits for a person, who logs in with PKCE for this server alone; the tokens are sealed', async () => {
    const host = await startHost();
    const { connection } = await host.servers.apply(fixture.server('guarded'));
    expect(connection).toMatchObject({ status: 'failing', lastError: { code: 'tool_server.login_required' } });
    expect(connection?.lastError?.message).toContain('switchyard tools login guarded');

    await login(fixture.server('guarded'));
    await connected(host);
    expect(await use(host, 'guarded_who')).toMatchObject({ status: 'ok', content: [{ text: 'did who' }] });
    const [asked] = fixture.seen.authorize;
    expect(Object.fromEntries(asked ?? [])).toMatchObject({
      code_challenge_method: 'S256',
      resource: `${fixture.origin}/mcp`,
      scope: 'basic',
      redirect_uri: REDIRECT,
    });
    const rows: unknown = await effects.dataSource.query('SELECT * FROM effects.tool_server_logins');
    expect(JSON.stringify(rows)).toContain('wrapped');
    expect(JSON.stringify(rows)).not.toMatch(/access-|refresh-|client-/);
    await host.servers.remove('guarded');
    expect(await effects.dataSource.query('SELECT * FROM effects.tool_server_logins')).toEqual([]);
  });

  it('takes each login once, from who began it, in time, and only the last one that was begun', async () => {
    const server = fixture.server('guarded');
    const oauth = oauthOf(server);
    const refused = { code: 'tool_server.unknown_login' };
    await expect(oauth.finishLogin({ state: 'guarded.guess', code: 'c' })).rejects.toMatchObject(refused);
    const first = await visit((await oauth.beginLogin({ redirectUrl: REDIRECT })).url);
    const second = await visit((await oauth.beginLogin({ redirectUrl: REDIRECT })).url);
    await expect(oauth.finishLogin(first)).rejects.toMatchObject(refused);
    await oauth.finishLogin(second);
    await expect(oauth.finishLogin(second)).rejects.toMatchObject(refused);
    const late = await visit((await oauth.beginLogin({ redirectUrl: REDIRECT })).url);
    const tomorrow = () => new Date(Date.now() + 86_400_000);
    await expect(oauthOf(server, tomorrow).finishLogin(late)).rejects.toMatchObject(refused);
    await oauth.beginLogin({ redirectUrl: REDIRECT }).then(({ state }) =>
      expect(oauth.finishLogin({ state, error: 'access_denied' })).rejects.toMatchObject({
        code: 'tool_server.authorisation_failed',
        message: expect.stringContaining('access_denied'),
      }),
    );
  });

  it('is given a new token when the old one has expired; hosts that find out at once use the refresh token once', async () => {
    const [a, b] = [await loggedIn(), await startHost()];
    await connected(b);
    fixture.expireTokens();
    const results = await Promise.all([a, b, a, b].map((host) => use(host, 'guarded_who')));
    expect(results.map(({ status }) => status)).toEqual(['ok', 'ok', 'ok', 'ok']);
    expect(fixture.isReused).toBe(false);
    expect(fixture.seen.token.filter((body) => body.get('grant_type') === 'refresh_token')).toHaveLength(1);
  });

  it('that wants more for one of its tools gets it from a person, and not without end', async () => {
    const host = await loggedIn();
    const refused = await use(host, 'guarded_admin');
    expect(refused).toMatchObject({ status: 'error', error: { code: 'tool_server.login_required' } });
    expect(refused.error?.message).toContain('"basic admin"');
    await login(fixture.server('guarded'));
    expect(fixture.seen.authorize.at(-1)?.get('scope')).toBe('basic admin');
    expect(await use(host, 'guarded_admin')).toMatchObject({ status: 'ok', content: [{ text: 'did admin' }] });

    fixture.lies.insatiable = true;
    expect(await use(host, 'guarded_admin')).toMatchObject({ error: { code: 'tool_server.scope_refused' } });
    expect(await use(host, 'guarded_who')).toMatchObject({ status: 'ok' });
  });

  it('that moved to another address gets none of what the one before was given', async () => {
    const host = await loggedIn();
    const other = await new OAuthFixture().start();
    try {
      const { connection } = await host.servers.apply(other.server('guarded'));
      expect(connection?.lastError).toMatchObject({ code: 'tool_server.login_required' });
      expect(other.seen).toMatchObject({ bearers: [], token: [] });
    } finally {
      await other.stop();
    }
  });

  it('forgets a login that was ended', async () => {
    const host = await loggedIn();
    await oauthOf(fixture.server('guarded')).logout();
    const other = await startHost();
    await waitFor(() => connectionOf(other)?.lastError, { describe: 'the refusal' });
    expect(connectionOf(other)?.lastError).toMatchObject({ code: 'tool_server.login_required' });
    await host.stop();
  });
});

describe('servers that lie', () => {
  const begin = () => oauthOf(fixture.server('guarded')).beginLogin({ redirectUrl: REDIRECT });
  const failed = { code: 'tool_server.authorisation_failed' };

  it('about the issuer in their metadata are refused', async () => {
    fixture.lies.issuer = 'https://issuer.example';
    await expect(begin()).rejects.toMatchObject(failed);
    expect(fixture.seen.authorize).toEqual([]);
  });

  it('about the resource that a token is for are refused', async () => {
    fixture.lies.resource = 'https://bank.example/mcp';
    await expect(begin()).rejects.toMatchObject(failed);
    expect(fixture.seen.authorize).toEqual([]);
  });

  it('about who answers a login get neither code nor verifier', async () => {
    const oauth = oauthOf(fixture.server('guarded'));
    fixture.lies.iss = 'https://issuer.example';
    const back = await visit((await oauth.beginLogin({ redirectUrl: REDIRECT })).url);
    await expect(oauth.finishLogin(back)).rejects.toMatchObject(failed);
    expect(fixture.seen.token).toEqual([]);
  });

  it('by naming addresses of a private network are not followed there', async () => {
    const resolve = (name: string) =>
      Promise.resolve([{ address: name === 'inside.example' ? '10.0.0.7' : '93.184.216.34', family: 4 }]);
    const outside = oauthFetch('https://mcp.example/mcp', anywhere, resolve);
    await expect(outside('https://inside.example/token')).rejects.toMatchObject({ code: 'tool.url_refused' });
    await expect(outside('http://[::ffff:127.0.0.1]/token')).rejects.toMatchObject({ code: 'tool.url_refused' });
    await expect(outside('file:///etc/passwd')).rejects.toMatchObject({ code: 'tool.url_refused' });
  });
});

describe('a client of its own', () => {
  const mcp = {
    oauth: { grant: 'client_credentials', clientId: 'own', clientSecretEnv: 'OAUTH_FIXTURE_SECRET', scopes: ['basic'] },
  };

  it('is authorised without a person, and its secret is kept nowhere', async () => {
    process.env['OAUTH_FIXTURE_SECRET'] = 'secret-of-the-client';
    const host = await startHost();
    await host.servers.apply(fixture.server('guarded', { mcp }));
    await connected(host);
    expect(await use(host, 'guarded_who')).toMatchObject({ status: 'ok' });
    expect(fixture.seen.basic).toEqual(['own:secret-of-the-client']);
    expect(await use(host, 'guarded_admin')).toMatchObject({ status: 'ok' });
    const rows: unknown = await effects.dataSource.query('SELECT * FROM effects.tool_servers');
    expect(JSON.stringify(rows)).not.toContain('secret-of-the-client');
  });

  it('is shown to no other authorisation server than the first, whatever the server says later', async () => {
    process.env['OAUTH_FIXTURE_SECRET'] = 'secret-of-the-client';
    const host = await startHost();
    await host.servers.apply(fixture.server('guarded', { mcp }));
    await connected(host);
    const thief = await new OAuthFixture().start();
    try {
      fixture.lies.authorisationServer = thief.origin;
      fixture.expireTokens();
      const other = await startHost();
      await waitFor(() => connectionOf(other)?.lastError, { describe: 'the refusal' });
      expect(connectionOf(other)?.lastError).toMatchObject({ code: 'tool_server.issuer_changed' });
      expect(thief.seen).toMatchObject({ token: [], basic: [] });
    } finally {
      await thief.stop();
    }
  });

  it.each([
    [{ oauth: { grant: 'password' } }, /grant/],
    [{ oauth: { grant: 'client_credentials', clientId: 'x' } }, /needs client_id and one of/],
    [{ oauth: { signingAlgorithm: 'none' } }, /signing algorithm/],
    [{ oauth: { clientId: 'x', clientSecretEnv: 'SWITCHYARD_SECRET_KEY' } }, /platform's own/],
    [{ oauth: { scopes: ['a b'] } }, /scopes/],
  ])('that cannot be is refused: %j', async (settings, reason) => {
    const host = await startHost();
    await expect(host.servers.apply(fixture.server('guarded', { mcp: settings }))).rejects.toThrow(reason);
  });
});
