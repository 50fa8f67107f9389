import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@switchyard/contracts';
import { OutcomeInDoubt } from '../../tools/outcome-in-doubt.js';
import { contextOf, said } from '../tool-context.fixture.js';
import { fetchGuard } from './guarded-target.js';
import { createHttpFetch } from './http-fetch.js';
import { createHttpRequest } from './http-request.js';
import { createWebRead } from './web-read.js';

interface Seen {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
}

const servers: Server[] = [];
let seen: Seen[] = [];
afterEach(async () => {
  seen = [];
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** host:port */
const serve = async (listener: RequestListener): Promise<string> => {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      seen.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body });
      listener(request, response);
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
};
const noNames = () => Promise.reject(new Error('no names here'));
const request = (hosts: string[], args: JsonObject) =>
  said(createHttpRequest(fetchGuard(hosts, noNames), ['POST', 'DELETE']), args, { callId: 'call_7' });

describe('http_request', () => {
  it('sends a method, headers and JSON, with the key of its call, and gives status and text', async () => {
    const host = await serve((_, response) =>
      response.writeHead(201, { 'content-type': 'application/json' }).end('{"id":5}'),
    );
    const answer = await request([host], {
      url: `http://${host}/orders`,
      method: 'POST',
      json: { tea: 2 },
      headers: { 'X-Trace': 'a', Accept: 'application/json' },
    });
    expect(answer).toBe(`URL: http://${host}/orders\nStatus: 201\nContent-Type: application/json\n\n{"id":5}`);
    expect(seen).toMatchObject([
      {
        method: 'POST',
        body: '{"tea":2}',
        headers: {
          'content-type': 'application/json',
          'idempotency-key': 'call_7',
          'x-trace': 'a',
          accept: 'application/json',
        },
      },
    ]);
  });

  it('does not follow a redirect: what was meant for one place is not sent to another', async () => {
    const host = await serve((_, response) => response.writeHead(307, { location: '/elsewhere' }).end());
    expect(await request([host], { url: `http://${host}/`, method: 'POST', body: 'x' })).toContain(
      'Location: /elsewhere',
    );
    expect(seen).toHaveLength(1);
  });

  it('is in doubt where the connection broke after it was sent, and not where nobody listened', async () => {
    const host = await serve((incoming) => incoming.socket.destroy());
    await expect(request([host], { url: `http://${host}/`, method: 'DELETE' })).rejects.toBeInstanceOf(OutcomeInDoubt);
    const [server] = servers.splice(0);
    await new Promise((resolve) => server?.close(resolve));
    const refused: unknown = await request([host], { url: `http://${host}/`, method: 'DELETE' }).catch(
      (error: unknown) => error,
    );
    expect(refused).toMatchObject({ code: 'tool.fetch_failed' });
    expect(refused).not.toBeInstanceOf(OutcomeInDoubt);
  });

  it.each([
    'http://127.0.0.1/',
    'http://2130706433/',
    'http://[::ffff:127.0.0.1]/',
    'http://169.254.169.254/latest/api/token',
    'file:///etc/passwd',
  ])('never reaches %s', async (url) => {
    await expect(request([], { url, method: 'POST' })).rejects.toMatchObject({ code: 'tool.url_refused' });
  });

  it.each<[string, JsonObject]>([
    ['a line end in a header', { headers: { 'x-a': 'b\r\nHost: other' } }],
    ['a blank in a name', { headers: { 'x a': 'b' } }],
    ['another host', { headers: { Host: 'internal' } }],
    ['another length', { headers: { 'Content-Length': '1' } }],
    ['another way to travel', { headers: { 'transfer-encoding': 'chunked' } }],
    ['two bodies', { json: 1, body: 'x' }],
    ['too large a body', { json: 'x'.repeat(300_000) }],
  ])('refuses %s', async (_, args) => {
    const host = await serve((_request, response) => response.end());
    await expect(request([host], { url: `http://${host}/`, method: 'POST', ...args })).rejects.toMatchObject({
      code: 'tool.invalid_arguments',
    });
    expect(seen).toEqual([]);
  });
});

describe('http_fetch', () => {
  const get = (hosts: string[], args: JsonObject) => said(createHttpFetch(fetchGuard(hosts, noNames)), args);

  it('sends headers, to the place that they were meant for and to no other', async () => {
    const other = await serve((_, response) => response.setHeader('content-type', 'text/plain').end('other'));
    const host = await serve((incoming, response) =>
      response.writeHead(302, { location: incoming.url === '/' ? '/again' : `http://${other}/` }).end(),
    );
    await get([host, other], { url: `http://${host}/`, headers: { Authorization: 'Bearer key' } });
    expect(seen.map(({ headers }) => headers.authorization)).toEqual(['Bearer key', 'Bearer key', undefined]);
  });

  it('looks at the headers alone where it is asked to', async () => {
    const host = await serve((_, response) => response.setHeader('x-size', '5').end());
    const answer = await get([host], { url: `http://${host}/`, method: 'HEAD' });
    expect(seen).toMatchObject([{ method: 'HEAD' }]);
    expect(answer).toContain('x-size: 5');
  });
});

describe('web_read', () => {
  const read = createWebRead(fetchGuard([], noNames));

  it('gives a page as Markdown, with its title and where it came from', async () => {
    const host = await serve((_, response) =>
      response.setHeader('content-type', 'text/html').end('<title>T</title><h2>Head</h2><p>Text'),
    );
    const tool = createWebRead(fetchGuard([host], noNames));
    expect(await said(tool, { url: `http://${host}/x` })).toBe(`URL: http://${host}/x\nTitle: T\n\n## Head\n\nText`);
  });

  it('never reaches a private address, at any hop, and says what is no text', async () => {
    await expect(read.handler({ url: 'http://10.0.0.1/' }, contextOf())).rejects.toMatchObject({
      code: 'tool.url_refused',
    });
    const host = await serve((incoming, response) =>
      incoming.url === '/picture'
        ? response.setHeader('content-type', 'image/png').end('x')
        : response.writeHead(302, { location: 'http://127.0.0.2/' }).end(),
    );
    const tool = createWebRead(fetchGuard([host], noNames));
    await expect(said(tool, { url: `http://${host}/` })).rejects.toMatchObject({ code: 'tool.url_refused' });
    await expect(said(tool, { url: `http://${host}/picture` })).rejects.toMatchObject({
      code: 'tool.unsupported_content',
    });
  });
});
