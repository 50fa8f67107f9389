import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  BUNDLE_FORMAT,
  BundleTally,
  EvaluatorService,
  RouterService,
  SwitchyardError,
  ToolHostService,
  trailerLine,
  type ImportBundleRequest,
} from '@switchyard/contracts';
import { startGateway, type TestGateway } from '../testing/gateway.fixture.js';

/** What the services of the test have. */
const SERVER = '{"kind":"tool_server","data":{"name":"shop"}}';
const AGENT = '{"kind":"agent","data":{"name":"a"}}';
const LONG = `{"kind":"agent","data":{"name":"b","text":"${'x'.repeat(900_000)}"}}`;

function bundleOf(lines: readonly string[], tenant = 'acme'): Uint8Array<ArrayBuffer> {
  const header = {
    format: BUNDLE_FORMAT,
    version: 1,
    created_at: '',
    platform_version: '1',
    tenant,
    without: [],
    counts: {},
  };
  const tally = new BundleTally();
  const all = [JSON.stringify(header), ...lines].map((line, index) => {
    tally.add(`${line}\n`, index === 0 ? undefined : /"kind":"(\w+)"/.exec(line)?.[1]);
    return `${line}\n`;
  });
  return new Uint8Array(gzipSync(`${all.join('')}${trailerLine(tally.trailer())}\n`));
}

describe('the bundle over HTTP', () => {
  let gateway: TestGateway;
  let imported: ImportBundleRequest[];
  let begun: unknown[];
  beforeAll(async () => {
    gateway = await startGateway({ SWITCHYARD_MAX_BUNDLE_BYTES: '100000' });
  });
  afterAll(() => gateway.close());
  beforeEach(() => {
    const { services } = gateway;
    services.answer(ToolHostService.method.bundleKinds, () => ({
      kinds: [{ kind: 'tool_server', part: 'tools', ofPlatform: true, key: ['name'], byItself: true }],
    }));
    services.answer(RouterService.method.bundleKinds, () => ({
      kinds: [{ kind: 'agent', part: 'agents', key: ['name'], count: 2, byItself: true }],
    }));
    services.answer(EvaluatorService.method.bundleKinds, () => ({ kinds: [] }));
    services.answer(ToolHostService.method.exportBundle, () => ({ lines: [SERVER] }));
    services.answer(RouterService.method.exportBundle, ({ after, offset }) => {
      if (after === '') return { lines: [AGENT], next: 'a' };
      return offset === 0
        ? { part: LONG.slice(0, 500_000), nextOffset: 500_000 }
        : { part: LONG.slice(offset), nextOffset: 0 };
    });
    imported = services.answer(RouterService.method.importBundle, ({ lines, part }) => ({
      stored: part ? Number(part.last) : lines.length,
    }));
    services.answer(ToolHostService.method.importBundle, () => ({ kept: 1 }));
    begun = services.answer(RouterService.method.beginBundleImport, () => ({}));
    services.answer(RouterService.method.endBundleImport, () => ({}));
  });

  const post = (raw: Uint8Array<ArrayBuffer>, query = '', key = 'sy_admin') =>
    gateway.request('POST', `/v1/bundle${query}`, { raw, key, headers: { 'content-type': 'application/gzip' } });

  it('is the pages of all services as one file, which can be sent back as it is', async () => {
    await gateway.services.settled();
    const response = await fetch(new URL('/v1/bundle', gateway.url), { headers: { authorization: 'Bearer sy_admin' } });
    const bytes = new Uint8Array(await response.arrayBuffer());
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/gzip']);
    const lines = gunzipSync(bytes).toString().split('\n');
    expect(lines.slice(1, -2)).toEqual([SERVER, AGENT, LONG]);
    expect(lines.at(-2)).toContain('"records":3');
    const { status, json } = await post(bytes, '?merge=true');
    expect([status, json]).toMatchObject([200, { records: 3, stored: 2, kept: 1, left_out: 0, check: false }]);
    // A line that is too long for a message comes in parts, which make it again.
    expect(imported.map(({ lines: whole, part }) => part?.text ?? whole.join()).join('')).toBe(AGENT + LONG);
    expect(begun).toMatchObject([
      { tenant: 'acme', merge: true, check: false, found: { agent: 2 }, actor: 'user:admin' },
    ]);
  });

  it('is refused before it is sent where something may not leave', async () => {
    gateway.services.answer(ToolHostService.method.exportBundle, () => {
      throw new SwitchyardError('bundle.secret', 'The tool server "shop" is not exported.');
    });
    const { status, json } = await gateway.request('GET', '/v1/bundle');
    expect([status, json]).toMatchObject([422, { error: { code: 'bundle.secret' } }]);
    expect((await gateway.request('GET', '/v1/bundle?without=tools')).status).toBe(200);
    expect((await gateway.request('GET', '/v1/bundle?without=everything')).status).toBe(400);
  });

  it('stores nothing of what is not whole, not in order, of another tenant, too large, or asked by the wrong key', async () => {
    const whole = bundleOf([AGENT]);
    const answers = [
      await post(whole, '', 'sy_runner'),
      await post(whole.slice(0, -30)),
      await post(bundleOf([AGENT, AGENT])),
      await post(bundleOf(['{"kind":"unicorn","data":{"name":"a"}}'])),
      await post(bundleOf([AGENT], 'other')),
      await post(whole, '?max_bytes=50'),
      await post(bundleOf([`{"kind":"agent","data":{"name":"${'x'.repeat(20_000_000)}"}}`])),
    ];
    expect(answers.map(({ status, json }) => [status, (json['error'] as { code: string }).code])).toEqual([
      [403, 'key.scope'],
      [422, 'bundle.truncated'],
      [400, 'bundle.invalid'],
      [422, 'bundle.unknown_kind'],
      [403, 'bundle.other_tenant'],
      [413, 'bundle.too_large'],
      [413, 'bundle.too_large'],
    ]);
    expect([imported, begun]).toEqual([[], []]);
  });

  it('is checked by those who would store it, and its end is not noted', async () => {
    const { json } = await post(bundleOf([AGENT]), '?check=true');
    expect(json).toMatchObject({ check: true, records: 1 });
    expect(imported).toMatchObject([{ check: true, lines: [AGENT] }]);
  });
});
