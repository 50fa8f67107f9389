import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createLogger } from '@switchyard/telemetry';
import { waitFor } from '@switchyard/testing';
import { SwitchyardError, type JsonObject } from '@switchyard/contracts';
import { Egress } from '../shared/egress.js';
import { BrowserPool } from './browser-pool.js';
import { hasBrowser } from './browser.fixture.js';
import { WebMcpConnection } from './webmcp-connection.js';
import { WebPages } from './web-pages.fixture.js';

const LIBRARY = readFileSync(createRequire(import.meta.url).resolve('@switchyard/webmcp/browser.js'), 'utf8');

/** What a page without TLS has by the specification: no interface. */
const FORM = `<form toolname="search" tooldescription="Searches" toolautosubmit><input name="q" required>
<input name="size" type="number" max="5"><input name="token" type="hidden" value="secret"><input type="checkbox" name="all"></form>
<script>document.querySelector('form').addEventListener('submit', (event) => {
  event.preventDefault();
  event.respondWith({ q: event.target.q.value, all: event.target.all.checked, byAgent: event.agentInvoked });
});</script>`;

let pages: WebPages;
let connection: WebMcpConnection;
const pool = new BrowserPool(process.env['SWITCHYARD_CHROMIUM'] || undefined);

async function connect(path: string, web: JsonObject = {}): Promise<WebMcpConnection> {
  const host = `pages.test:${pages.port}`;
  connection = new WebMcpConnection(
    {
      server: pages.toolServer('page', [`http://${host}${path}`], { privateHosts: [host], ...web }),
      egress: new Egress([]),
      version: '1',
      environment: {},
      logger: createLogger('test', { level: 'silent' }),
      onChange: () => undefined,
    },
    {
      pool,
      allowedHosts: [],
      listingTenant: 'default',
      resolve: () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]),
    },
  );
  await connection.attempt();
  return connection;
}

async function call(name: string, args: JsonObject, signal = new AbortController().signal): Promise<string> {
  const tool = connection.tools.find((offered) => offered.name === name);
  if (!tool) throw new Error(`There is no ${name} among ${connection.tools.map((offered) => offered.name).join()}`);
  const options = { tenant: 'default', callId: 'c', timeoutMs: 20_000, repeatable: false, signal };
  const { content, isError } = await tool.call(args, options);
  return `${isError ? 'error: ' : ''}${content.map((part) => (part.type === 'text' ? part.text : part.type)).join()}`;
}

(hasBrowser ? describe : describe.skip)('a page where the browser itself has no such interface', () => {
  beforeAll(async () => {
    pages = await WebPages.start();
  });
  afterEach(() => connection.close());
  afterAll(() => pages.stop());

  it('offers its tools through the one that is put there, is called, and hears of a cancel', async () => {
    await connect('/shop');
    expect(connection.lastError).toBeUndefined();
    expect(await call('add', { a: 1, b: 2 })).toBe('{"sum":3}');
    await expect(call('throws', {})).rejects.toThrow(/thrown inside/);
    const stop = new AbortController();
    const running = call('never', {}, stop.signal);
    await waitFor(() => pages.told.includes('began'));
    stop.abort(new SwitchyardError('run.cancelled', 'Stopped.'));
    await expect(running).rejects.toMatchObject({ code: 'run.cancelled' });
    await waitFor(() => pages.told.includes('cancelled'), { describe: 'the page to hear of it' });
    expect(await Promise.all(Array.from({ length: 20 }, (_, ms) => call('wait', { ms })))).toHaveLength(20);
    await call('grow', {});
    await waitFor(() => connection.tools.some(({ name }) => name === 'grown'), { describe: 'the new tool' });
  });

  it('may be of the older interface, and have forms', async () => {
    pages.pages.set('/form', FORM);
    await connect('/older');
    expect(connection.tools.map(({ name }) => name)).toEqual(['older']);
    expect(await call('older', { n: 4 })).toBe('8');
    await connection.close();
    await connect('/form');
    expect(connection.tools[0]?.inputSchema).toEqual({
      type: 'object',
      properties: { q: { type: 'string' }, size: { type: 'number', maximum: 5 }, all: { type: 'boolean' } },
      required: ['q'],
    });
    expect(await call('search', { q: 'trains', all: true })).toBe('{"q":"trains","all":true,"byAgent":true}');
  });

  it('offers what our script for pages registers, with what it checks and answers', async () => {
    pages.pages.set(
      '/library',
      `<script>${LIBRARY}</script><script>
      SwitchyardWebMcp.offerTool({ name: 'room', description: 'Finds a room', readOnlyHint: true,
        inputSchema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
        execute: ({ city }) => ({ city, none: null, on: SwitchyardWebMcp.supportOf() }) });
      SwitchyardWebMcp.offerTool({ name: 'refused', description: 'Asks', confirm: () => false, execute: () => 'done' });
      </script>`,
    );
    await connect('/library');
    expect(await call('room', { city: 'Oslo' })).toBe('{"city":"Oslo","on":"polyfill"}');
    expect(await call('refused', {})).toContain('error: The person at the page refused');
  });

  it('is not asked for at all where its name turns out to be a private address', async () => {
    const before = pages.told.length;
    await connect('/shop', { privateHosts: [] });
    expect(connection.lastError?.message).toMatch(/pages\.test is 127\.0\.0\.1, a loopback address/);
    expect(pages.told).toHaveLength(before);
  });
});
