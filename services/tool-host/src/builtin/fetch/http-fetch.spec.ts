import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from '@jest/globals';
import { SwitchyardError } from '@switchyard/contracts';
import type { ToolContext } from '../../tools/tool.js';
import { refusalOf } from './address-guard.js';
import { fetchGuard, type ResolveName } from './guarded-target.js';
import { createHttpFetch } from './http-fetch.js';

const context = (signal = new AbortController().signal): ToolContext => ({
  tenant: 'default',
  runId: '',
  callId: 'call_1',
  agent: '',
  user: '',
  thread: '',
  signal,
  timeoutMs: 5_000,
});

let server: Server | undefined;
let requests = 0;
const serve = async (listener: RequestListener): Promise<number> => {
  requests = 0;
  server = createServer((request, response) => {
    requests += 1;
    listener(request, response);
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
};
afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
  server = undefined;
});

const noNames: ResolveName = (name) => Promise.reject(new Error(`getaddrinfo ENOTFOUND ${name}`));
const get = async (url: string, allow: string[] = [], resolve: ResolveName = noNames, signal?: AbortSignal) => {
  const { content, isError } = await createHttpFetch(fetchGuard(allow, resolve)).handler({ url }, context(signal));
  return { isError, text: content.map((part) => (part.type === 'text' ? part.text : '')).join('') };
};

describe('http_fetch never reaches a private address', () => {
  it.each([
    'http://127.0.0.1/',
    'http://127.1/',
    'http://127.0.0.1./',
    'http://127.255.255.254/',
    'http://2130706433/',
    'http://0x7f000001/',
    'http://0x7f.0.0.1/',
    'http://0177.0.0.1/',
    'http://017700000001/',
    'http://127.0.0.1:22/',
    'http://%31%32%37.0.0.1/',
    'http://①②⑦.⓪.⓪.①/',
    'http://0.0.0.0/',
    'http://0/',
    'http://10.0.0.1/',
    'http://10.255.255.255/',
    'http://172.16.0.1/',
    'http://172.31.255.255/',
    'http://192.168.1.1/',
    'http://192.0.0.192/',
    'http://192.0.2.1/',
    'http://198.18.0.1/',
    'http://169.254.169.254/latest/meta-data/',
    'http://2852039166/',
    'http://0xA9FEA9FE/',
    'http://100.64.0.1/',
    'http://100.100.100.200/',
    'http://168.63.129.16/',
    'http://224.0.0.1/',
    'http://240.0.0.1/',
    'http://255.255.255.255/',
    'http://[::1]/',
    'http://[::]/',
    'http://[0:0:0:0:0:0:0:1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:7f00:1]/',
    'http://[::ffff:0:127.0.0.1]/',
    'http://[::127.0.0.1]/',
    'http://[64:ff9b::127.0.0.1]/',
    'http://[64:ff9b:1::7f00:1]/',
    'http://[2002:7f00:1::]/',
    'http://[2001:0:7f00:1::]/',
    'http://[fe80::1]/',
    'http://[fc00::1]/',
    'http://[fd00:ec2::254]/',
    'http://[fec0::1]/',
    'http://[ff02::1]/',
    'http://[2001:db8::1]/',
    'http://[100::1]/',
    'http://[4000::1]/',
    'https://user:secret@example.com/',
    'ftp://example.com/',
    'file:///etc/passwd',
    'data:text/plain,hello',
    'gopher://127.0.0.1:6379/_x',
  ])('%s', async (url) => {
    const error = await get(url).catch((failure: unknown) => failure);
    expect(error).toMatchObject({ code: 'tool.url_refused', retryable: false });
    expect(String(error)).not.toContain('secret');
  });

  it.each(['127.0.0.1', '10.1.2.3', '169.254.169.254', '::1', 'fd12::1', '::ffff:192.168.0.1'])(
    'a name that resolves to %s',
    async (address) => {
      const resolve: ResolveName = async () => [{ address, family: address.includes(':') ? 6 : 4 }];
      await expect(get('http://internal.example/', [], resolve)).rejects.toMatchObject({ code: 'tool.url_refused' });
    },
  );

  it('a name with a public address and a private one', async () => {
    const resolve: ResolveName = async () => [
      { address: '93.184.215.14', family: 4 },
      { address: '127.0.0.1', family: 4 },
    ];
    await expect(get('http://both.example/', [], resolve)).rejects.toMatchObject({ code: 'tool.url_refused' });
  });

  it('a redirect from an allowed place to a private one, at any hop', async () => {
    const port = await serve((request, response) => {
      const next = request.url === '/a' ? '/b' : `http://127.0.0.2:${port}/secret`;
      response.writeHead(302, { location: next }).end();
    });
    await expect(get(`http://127.0.0.1:${port}/a`, [`127.0.0.1:${port}`])).rejects.toMatchObject({
      code: 'tool.url_refused',
    });
    expect(requests).toBe(2);
    await expect(get(`http://127.0.0.1:${port}/b`, [`127.0.0.1:${port}`])).rejects.toMatchObject({
      code: 'tool.url_refused',
    });
  });

  it('a name that means something else the second time: it is resolved once and the connection is pinned', async () => {
    let asked = 0;
    const port = await serve((_, response) => response.end('pinned'));
    const resolve: ResolveName = async () => [{ address: ++asked === 1 ? '127.0.0.1' : '127.0.0.9', family: 4 }];
    const { text } = await get(`http://rebinding.example:${port}/`, [`rebinding.example:${port}`], resolve);
    expect(text).toContain('pinned');
    expect(asked).toBe(1);
  });

  it('a port that was not allowed, on an allowed host', async () => {
    const port = await serve((_, response) => response.end('other'));
    await expect(get(`http://127.0.0.1:${port}/`, ['127.0.0.1:1'])).rejects.toMatchObject({ code: 'tool.url_refused' });
    expect(requests).toBe(0);
  });
});

describe('http_fetch', () => {
  it.each(['93.184.215.14', '8.8.8.8', '1.1.1.1', '2606:4700:4700::1111', '2a00:1450:4001::1'])(
    'may reach %s',
    (address) => expect(refusalOf(address)).toBeUndefined(),
  );

  it('gives the readable text of a page, with links made whole', async () => {
    const port = await serve((_, response) => {
      response.setHeader('content-type', 'text/html');
      response.end(
        '<html><head><title>A &amp; B</title><style>x{}</style></head><body><nav>Menu</nav><h1>Head</h1>' +
          '<p>One <a href="/two">two</a></p><script>alert(1)</script></body></html>',
      );
    });
    const { text } = await get(`http://127.0.0.1:${port}/`, [`127.0.0.1:${port}`]);
    expect(text).toContain('Title: A & B');
    expect(text).toContain(`One two [http://127.0.0.1:${port}/two]`);
    expect(text).not.toMatch(/alert|Menu|x\{\}/);
  });

  it('gives a table row by row', async () => {
    const port = await serve((_, response) => {
      response.setHeader('content-type', 'text/html');
      response.end(
        '<p>Prices</p><table><tr><th>What</th><th>How much</th></tr><tr><td>Tea</td><td>3</td></tr></table>',
      );
    });
    const { text } = await get(`http://127.0.0.1:${port}/`, [`127.0.0.1:${port}`]);
    expect(text).toMatch(/Prices\n+What \| How much \|\s*\nTea \| 3 \|/);
  });

  it.each([
    [
      'a cell over a hundred million columns',
      '<table><tr><td colspan="100000000" rowspan="100000000">x</td></tr></table>',
    ],
    ['a title that is begun over and over', '<title'.repeat(170_000)],
    ['elements without end', '<div>'.repeat(200_000)],
    ['quotes without end', '<blockquote>'.repeat(80_000)],
    ['a table of nothing but cells', `<table><tr>${'<td>a'.repeat(200_000)}`],
  ])('is not held up by %s', async (_, html) => {
    const port = await serve((_request, response) => {
      response.setHeader('content-type', 'text/html');
      response.end(html);
    });
    // Read or refused; without the guards these take minutes, or all memory.
    const outcome = await get(`http://127.0.0.1:${port}/`, [`127.0.0.1:${port}`]).then(
      ({ isError }) => (isError ? 'failed' : 'read'),
      (error: unknown) => (error instanceof SwitchyardError ? error.code : String(error)),
    );
    expect(['read', 'tool.unsupported_content']).toContain(outcome);
  });

  it('gives JSON as it is, and follows redirects', async () => {
    const port = await serve((request, response) => {
      if (request.url === '/') return response.writeHead(301, { location: '/data' }).end();
      return response.writeHead(200, { 'content-type': 'application/json' }).end('{"a":1}');
    });
    const { text } = await get(`127.0.0.1:${port}`.replace(/^/, 'http://'), [`127.0.0.1:${port}`]);
    expect(text).toMatch(/\/data\nStatus: 200\n\n\{"a":1\}$/);
  });

  it('reads another charset', async () => {
    const port = await serve((_, response) => {
      response.setHeader('content-type', 'text/plain; charset=iso-8859-1');
      response.end(Buffer.from([0x47, 0x72, 0xfc, 0xdf, 0x65]));
    });
    expect((await get(`http://127.0.0.1:${port}/`, [`127.0.0.1:${port}`])).text).toContain('Grüße');
  });

  it('says an error status, and keeps the text that explains it', async () => {
    const port = await serve((_, response) =>
      response.writeHead(404, { 'content-type': 'text/plain' }).end('nothing here'),
    );
    const { text, isError } = await get(`http://127.0.0.1:${port}/`, [`127.0.0.1:${port}`]);
    expect(isError).toBe(true);
    expect(text).toContain('Status: 404');
    expect(text).toContain('nothing here');
  });

  it('stops reading at the limit, also of what unpacks to more', async () => {
    const port = await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'text/plain', 'content-encoding': 'gzip' });
      response.end(gzipSync(Buffer.alloc(50_000_000, 'x')));
    });
    const { text } = await get(`http://127.0.0.1:${port}/`, [`127.0.0.1:${port}`]);
    expect(text).toContain('Only the first 1048576 bytes were read');
    expect(text.length).toBeLessThan(1_100_000);
  });

  it('refuses what is no text', async () => {
    const port = await serve((_, response) => response.writeHead(200, { 'content-type': 'image/png' }).end('x'));
    await expect(get(`http://127.0.0.1:${port}/`, [`127.0.0.1:${port}`])).rejects.toMatchObject({
      code: 'tool.unsupported_content',
    });
  });

  it('ends a redirect loop', async () => {
    const port = await serve((_, response) => response.writeHead(302, { location: '/' }).end());
    await expect(get(`http://127.0.0.1:${port}/`, [`127.0.0.1:${port}`])).rejects.toMatchObject({
      code: 'tool.fetch_failed',
    });
    expect(requests).toBe(6);
  });

  it('says that a name is unknown and that nobody listens', async () => {
    await expect(get('https://no.such.example/')).rejects.toMatchObject({ code: 'tool.host_not_found' });
    const port = await serve((_, response) => response.end());
    server?.close();
    await expect(get(`http://127.0.0.1:${port}/`, [`127.0.0.1:${port}`])).rejects.toMatchObject({
      code: 'tool.fetch_failed',
      retryable: true,
    });
  });

  it('stops when the call is aborted', async () => {
    const controller = new AbortController();
    const port = await serve(() => controller.abort(new Error('enough')));
    await expect(get(`http://127.0.0.1:${port}/`, [`127.0.0.1:${port}`], noNames, controller.signal)).rejects.toThrow(
      'enough',
    );
  });
});
