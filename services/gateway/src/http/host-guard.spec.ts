import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startGateway, type TestGateway } from '../testing/gateway.fixture.js';
import { hostGuard } from './host-guard.js';

/** Asks as a client that names the server so. `fetch` sets the header by itself. */
function statusFor(url: string, path: string, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { host, authorization: 'Bearer sy_admin' };
    request(new URL(path, url), { headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .once('error', reject)
      .end();
  });
}

describe('a gateway that only this machine reaches', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway({ SWITCHYARD_GATEWAY_HOSTS: 'Agents.example' });
  });
  afterAll(() => gateway.close());

  it.each(['/docs', '/openapi.json', '/v1/agents'])('answers no page whose name was pointed here: %s', async (path) => {
    expect(await statusFor(gateway.url, path, 'evil.example:7400')).toBe(421);
  });

  it.each(['127.0.0.1:7400', 'localhost', 'localhost.:80', '[::1]:7400', 'app.localhost', 'agents.example'])(
    'answers to %s',
    async (host) => expect(await statusFor(gateway.url, '/openapi.json', host)).toBe(200),
  );
});

describe('the names of a gateway that others reach', () => {
  it("are nobody but its operator's to know", () => {
    expect(() => hostGuard('0.0.0.0', [])('agents.example')).not.toThrow();
    expect(() => hostGuard('0.0.0.0', ['agents.example'])('agents.example')).not.toThrow();
    expect(() => hostGuard('0.0.0.0', ['agents.example'])('evil.example')).toThrow(/not known as/);
  });

  it('do not matter to a gateway on loopback that an address only begins like', () => {
    for (const name of ['127.evil.example', 'localhost.evil.example', '1127.0.0.1', '10.0.0.1', ''])
      expect(() => hostGuard('127.0.0.1', [])(name)).toThrow(/not known as/);
  });
});
