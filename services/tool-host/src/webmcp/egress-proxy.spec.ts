import { once } from 'node:events';
import { createServer, request, type IncomingHttpHeaders, type IncomingMessage, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createLogger } from '@switchyard/telemetry';
import { EgressProxy } from './egress-proxy.js';

let upstream: Server;
let port: number;
let proxy: EgressProxy;
const seen: { url: string; headers: IncomingHttpHeaders }[] = [];
/** What names mean, the next time and the times after. */
const names = new Map<string, string[]>();

beforeAll(async () => {
  upstream = createServer((from, to) => {
    seen.push({ url: from.url ?? '', headers: from.headers });
    to.setHeader('x-upstream', 'yes').end('answered');
  }).listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  port = (upstream.address() as AddressInfo).port;
  const allow = new Set([`allowed.test:${port}`]);
  const resolve = (name: string) => {
    const [next = '127.0.0.1', ...later] = names.get(name) ?? [];
    names.set(name, later.length > 0 ? later : [next]);
    return Promise.resolve([{ address: next, family: 4 }]);
  };
  proxy = await EgressProxy.start({ allow, resolve }, createLogger('test', { level: 'silent' }));
});
afterAll(async () => {
  await proxy.close();
  upstream.closeAllConnections();
  upstream.close();
});

const at = () => new URL(proxy.address);

/** As a browser asks for a page without TLS. */
function get(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const { hostname, port: proxyPort } = at();
    const headers = { host: new URL(url).host, 'proxy-connection': 'keep-alive', connection: 'close' };
    const asked = request({ hostname, port: proxyPort, path: url, headers }, (answer: IncomingMessage) => {
      let text = '';
      answer.on('data', (chunk: Buffer) => (text += chunk.toString()));
      answer.on('end', () => resolve(`${answer.statusCode} ${text}`));
    });
    asked.on('error', reject);
    asked.end();
  });
}

/** As a browser asks for everything else. Gives the proxy's word. */
async function tunnel(target: string): Promise<string> {
  const socket = connect(Number(at().port), at().hostname);
  socket.write(`CONNECT ${target} HTTP/1.1\r\nhost: ${target}\r\n\r\n`);
  const [chunk] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return chunk.toString().split('\r\n')[0] ?? '';
}

describe('the way of pages to the network', () => {
  it('leads to what is allowed, with what is said from page to server, and nothing of what is said to the proxy', async () => {
    expect(await get(`http://allowed.test:${port}/path?x=1`)).toBe('200 answered');
    expect(seen.at(-1)?.url).toBe('/path?x=1');
    expect(seen.at(-1)?.headers).not.toHaveProperty('proxy-connection');
    expect(await tunnel(`allowed.test:${port}`)).toBe('HTTP/1.1 200 Connection established');
  });

  it.each([
    'private.test',
    '127.0.0.1',
    'localhost',
    '2130706433',
    '0x7f000001',
    '[::1]',
    '[::ffff:7f00:1]',
    '169.254.169.254',
    '10.1.2.3',
    '100.64.0.1',
  ])('does not lead to %s', async (name) => {
    const before = seen.length;
    await expect(get(`http://${name}:${port}/`)).rejects.toThrow();
    expect(await tunnel(`${name}:${port}`)).toBe('HTTP/1.1 403 Forbidden');
    expect(seen).toHaveLength(before);
  });

  it('does not follow a name that means a private address the next time', async () => {
    // TEST-NET-3 leads nowhere, and is judged reserved too: what counts is that each connection is judged anew.
    names.set('rebound.test', ['203.0.113.1', '127.0.0.1']);
    expect(await tunnel(`rebound.test:${port}`)).toBe('HTTP/1.1 403 Forbidden');
    expect(await tunnel(`rebound.test:${port}`)).toBe('HTTP/1.1 403 Forbidden');
    expect(proxy.refusalOf(new URL('https://rebound.test/'))).toMatchObject({ code: 'tool.url_refused' });
  });

  it('leads nowhere for what is no address', async () => {
    expect(await tunnel('no address')).toMatch(/^HTTP\/1\.1 4\d\d/);
    await expect(get('ftp://allowed.test/')).rejects.toThrow();
  });
});
