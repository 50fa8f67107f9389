import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { JsonObject, JsonValue } from '@switchyard/contracts';
import { FilesRoot } from '../files/safe-path.js';
import { Sandbox } from '../javascript/sandbox.js';
import { said } from '../tool-context.fixture.js';
import { createJsonQuery } from './json-query.js';

const SHOP = {
  orders: [
    { id: 1, by: 'ada', total: 30 },
    { id: 2, by: 'bob', total: 70 },
    { id: 3, by: 'ada', total: 5 },
  ],
};
let folder: string;
let query: (args: JsonObject) => Promise<string>;
/** The same, with less time: enough to begin what would not end. */
let quickly: typeof query;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'json-query-'));
  const [sandbox, files] = [new Sandbox(), new FilesRoot(folder)];
  const [tool, quick] = [createJsonQuery(sandbox, files), createJsonQuery(sandbox, files, 500)];
  query = (args) => said(tool, args);
  quickly = (args) => said(quick, args);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('json_query', () => {
  it.each<[string, string, JsonValue]>([
    ['picks', 'orders[id = 2].by', 'bob'],
    ['filters', 'orders[total > 10].id', [1, 2]],
    ['calculates', '$sum(orders.total)', 105],
    ['groups', 'orders{by: $sum(total)}', { ada: 35, bob: 70 }],
    ['matches', 'orders[by ~> /^a/].id', [1, 3]],
  ])('%s', async (_, expression, value) => {
    const answer = await query({ query: expression, data: SHOP });
    expect(typeof value === 'string' ? answer : (JSON.parse(answer) as JsonValue)).toEqual(value);
  });

  it('reads JSON in a text, and a file', async () => {
    expect(await query({ query: 'a.b', data: '{"a":{"b":7}}' })).toBe('7');
    expect(await query({ query: '$uppercase($)', data: 'plain' })).toBe('PLAIN');
    await writeFile(join(folder, 'shop.json'), JSON.stringify(SHOP));
    expect(await query({ query: '$count(orders)', file: 'shop.json' })).toBe('3');
  });

  it('says that nothing matches, and what is wrong', async () => {
    expect(await query({ query: 'nothing.here', data: SHOP })).toBe('Nothing matches.');
    await writeFile(join(folder, 'broken.json'), '{"a":');
    for (const args of [
      { query: 'orders[', data: SHOP },
      { query: '$nothing()', data: SHOP },
      { query: 'a' },
      { query: 'a', data: 1, file: 'shop.json' },
      { query: 'a', file: 'broken.json' },
    ]) {
      await expect(query(args)).rejects.toMatchObject({ code: 'tool.invalid_arguments' });
    }
    await expect(query({ query: 'a', file: '../secret.json' })).rejects.toMatchObject({ code: 'tool.path_refused' });
  });

  it.each([
    [
      'a regular expression that has no end',
      '/^(a+)+$/.($match("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", $))',
      'tool.timeout',
    ],
    ['a function that calls itself', '($f := function($n) { $f($n + 1) + 1 }; $f(1))', undefined],
    ['what has no end', '($f := function() { $f() }; $f())', undefined],
    ['more than there is room for', '[1..9999999].$string()', undefined],
  ])('is not held up by %s', async (_, expression, code) => {
    const failure: unknown = await quickly({ query: expression, data: {} }).catch((error: unknown) => error);
    if (code !== undefined)
      expect(['tool.timeout', 'tool.invalid_arguments']).toContain((failure as { code: string }).code);
    expect(await query({ query: '1 + 1', data: {} })).toBe('2');
  });

  it('leaves the host as it is, whatever a query changes', async () => {
    await query({ query: '$merge([$, {"__proto__": {"bent": 1}, "constructor": 1}])', data: {} }).catch(
      () => undefined,
    );
    await query({ query: '$ ~> |$|{"__proto__": {"bent": 1}}|', data: { a: 1 } }).catch(() => undefined);
    expect(({} as Record<string, unknown>)['bent']).toBeUndefined();
    expect(await query({ query: '$.bent', data: {} })).toBe('Nothing matches.');
  });
});
