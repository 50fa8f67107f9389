import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@switchyard/contracts';
import { waitFor } from '@switchyard/testing';
import { rest, switchyard, switchyardJson, System } from '../index.js';

const ARITHMETIC = fileURLToPath(new URL('../../../../examples/arithmetic.suite.yaml', import.meta.url));
const SECRET = 'correct-horse-battery';

describe('the whole record as a bundle', () => {
  let source: System;
  let target: System;
  let folder: string;
  let file: string;
  let evaluation: string;
  const runs: string[] = [];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'switchyard-bundle-'));
    file = join(folder, 'record.switchyard.gz');
    [source, target] = await Promise.all([System.start(), System.start()]);
    const run = async (args: string[]) => {
      const { stdout } = await switchyard(source, ['--json', 'run', ...args]);
      runs.push(String((JSON.parse(stdout) as JsonObject)['run_id']));
    };
    await run(['What is 17% of 2340?']);
    await run(['Say hello', '--user', 'ada', '--thread', 'talk']);
    const failing = 'name: failing\ninstructions: Fail.\ntools: [calculator]\nlimits:\n  turns: 1\n';
    await switchyard(source, ['agents', 'apply', '-f', '-'], { input: failing });
    await switchyard(source, ['agents', 'apply', '-f', '-'], { input: failing.replace('Fail.', 'Fail again.') });
    await run(['What is 2 + 2?', '--agent', 'failing']);
    const evaluated = await switchyardJson<JsonObject>(source, ['eval', 'run', '-f', ARITHMETIC, '--repeats', '1']);
    evaluation = String(evaluated['id']);
    await switchyardJson(source, ['suites', 'apply', '-f', ARITHMETIC]);
    await switchyardJson(source, ['feedback', 'give', String(runs[0]), 'yes', '--comment', 'right']);
    await switchyard(source, ['secrets', 'set', 'SHOP_KEY', '--for', 'shop'], { input: SECRET });
    const [last = ''] = runs.slice(-1);
    await waitFor(() => switchyardJson(source, ['runs', 'outcome', last]), { describe: 'the last outcome' });
  }, 120_000);
  afterAll(async () => {
    await Promise.all([source?.stop(), target?.stop()]);
    await rm(folder, { recursive: true, force: true });
  }, 60_000);

  /** What a person would ask of the record: by commands, and the rest as they ask it. */
  const answers = async (system: System) => {
    const [first = ''] = runs;
    const found: Record<string, unknown> = {};
    for (const question of [
      ['eval', 'configurations'],
      ['survival', '--unit', 'runs'],
      ['runs', 'show', first],
      ['trace', first],
      ['eval', 'show', evaluation],
      ['suites', 'list'],
      ['agents', 'show', 'assistant'],
    ])
      found[question.join(' ')] = await switchyardJson(system, question);
    for (const path of [
      ...runs.flatMap((id) => ['', '/steps', '/outcome', '/tree'].map((part) => `/v1/runs/${id}${part}`)),
      ...['/v1/runs', '/v1/evaluations', '/v1/suites/arithmetic', '/v1/agents', '/v1/agents/failing/versions'],
      ...[`/v1/runs/${first}/feedback`, '/v1/budgets', '/v1/policies', '/v1/schedules'],
    ]) {
      const { status, body } = await rest(system, 'GET', path);
      expect([path, status]).toEqual([path, 200]);
      found[path] = body;
    }
    return found;
  };

  it('gives the same answers in an empty system, and again changes nothing', async () => {
    expect(await switchyardJson(source, ['runs', 'show', String(runs[2])])).toMatchObject({ status: 'failed' });
    const made = await switchyardJson<JsonObject>(source, ['bundle', 'export', '-o', file]);
    expect(await switchyardJson(source, ['bundle', 'show', file])).toMatchObject({ trailer: made['trailer'] });
    expect(gunzipSync(await readFile(file)).toString()).not.toContain(SECRET);
    const checked = await switchyardJson<JsonObject>(target, ['bundle', 'import', file, '--check']);
    expect(checked).toMatchObject({ check: true });
    const imported = await switchyardJson<JsonObject>(target, ['bundle', 'import', file]);
    expect(imported['notes']).toEqual([expect.stringContaining('"SHOP_KEY" has no value here')]);
    const [there, here] = await Promise.all([answers(target), answers(source)]);
    expect(there).toEqual(here);
    const again = await switchyardJson<JsonObject>(target, ['bundle', 'import', file]);
    expect(again).toMatchObject({ stored: 0, kept: imported['kept'] });
  }, 180_000);

  it('is exported line by line the same from where it was imported', async () => {
    const again = join(folder, 'again.switchyard.gz');
    await switchyardJson(target, ['bundle', 'export', '-o', again, '--without', 'tools']);
    const lines = async (path: string) =>
      gunzipSync(await readFile(path))
        .toString()
        .split('\n')
        .slice(1, -2);
    // What is one for all tenants was set up here, and stays as it is.
    const own = (line: string) => !/^\{"kind":"(backend|tool_\w+|secret_name)"/.test(line);
    const before = (await lines(file)).filter(own);
    const after = (await lines(again)).filter(own);
    expect(after.filter((line) => !before.includes(line))).toEqual([]);
    expect(after).toHaveLength(before.length);
  });

  it('is refused where there are records, unless both are to be one, and where it is not whole', async () => {
    const refused = await switchyard(source, ['--json', 'bundle', 'import', file]);
    expect([refused.code, refused.stderr]).toEqual([6, expect.stringContaining('bundle.conflict')]);
    const merged = await switchyardJson<JsonObject>(source, ['bundle', 'import', file, '--merge']);
    expect(merged).toMatchObject({ stored: 0 });
    const half = join(folder, 'half.gz');
    const bytes = await readFile(file);
    await writeFile(half, bytes.subarray(0, bytes.length / 2));
    for (const args of [
      ['bundle', 'show', half],
      ['bundle', 'import', half],
    ]) {
      const broken = await switchyard(target, ['--json', ...args]);
      expect([broken.code, broken.stderr]).toEqual([1, expect.stringContaining('bundle.truncated')]);
    }

    const json = await rest(target, 'POST', '/v1/bundle', { body: {} });
    expect([json.status, json.body]).toMatchObject([415, { error: { code: 'http.unsupported_media_type' } }]);
  });
});
