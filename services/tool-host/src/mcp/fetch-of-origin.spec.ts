import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Egress } from '../shared/egress.js';
import { boundedFetch, MessageTooLarge } from './bounded-fetch.js';
import { fetchOfOrigin } from './fetch-of-origin.js';

const servers: Server[] = [];
const urlOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return urlOf(server);
}
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

const asking = { method: 'POST', body: '{}', headers: { 'x-api-key': 'key-of-the-server' } };

describe('requests to a server of tools', () => {
  const send = fetchOfOrigin(new Egress([]));

  it('follow it to another path of its own, as they were', async () => {
    const seen: [method: string | undefined, key: IncomingHttpHeaders[string]][] = [];
    const url = await serve((request, response) => {
      if (request.url === '/mcp') return void response.writeHead(307, { location: '/mcp/' }).end();
      seen.push([request.method, request.headers['x-api-key']]);
      response.end('here');
    });
    expect(await (await send(`${url}/mcp`, asking)).text()).toBe('here');
    expect(seen).toEqual([['POST', 'key-of-the-server']]);
  });

  it('are not sent on to another origin, with the keys that the server was given', async () => {
    let others = 0;
    const other = await serve((_, response) => {
      others += 1;
      response.end();
    });
    const url = await serve((_, response) => response.writeHead(307, { location: `${other}/mcp` }).end());
    await expect(send(`${url}/mcp`, asking)).rejects.toMatchObject({
      code: 'tool.redirect_refused',
      message: expect.stringContaining(`${other}/mcp`),
    });
    expect(others).toBe(0);
  });

  it.each([
    ['a circle', 307, 'mcp'],
    ['what would make another request of it', 302, '/else'],
    ['no address', 307, 'http://['],
  ])('do not follow %s', async (_, status, location) => {
    const url = await serve((_request, response) => response.writeHead(status, { location }).end());
    await expect(send(`${url}/mcp`, asking)).rejects.toMatchObject({ code: 'tool.redirect_refused' });
  });

  it('go only where the host may connect to', async () => {
    let asked = 0;
    const url = await serve((_, response) => {
      asked += 1;
      response.end();
    });
    await expect(fetchOfOrigin(new Egress(['mcp.example.com']))(url)).rejects.toMatchObject({
      code: 'tool.egress_refused',
    });
    expect(asked).toBe(0);
  });

  it('end where an answer unpacks to more than a message may hold', async () => {
    const bomb = gzipSync(Buffer.alloc(60_000_000, '1'));
    expect(bomb.length).toBeLessThan(100_000);
    const url = await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(bomb);
    });
    const answer = await boundedFetch(1_000_000, send)(url);
    await expect(answer.text()).rejects.toThrow(MessageTooLarge);
  });
});
