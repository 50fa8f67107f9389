import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keywordFault } from '../calls/json-schema.js';
import type { CatalogueError } from './catalogue-error.js';
import { CATALOGUE_SCHEMA } from './catalogue-schema.js';
import { loadCatalogue } from './load-catalogue.js';
import { readCatalogueFile } from './read-catalogue-file.js';
import { findEntry, resolveEntry } from './resolve-entry.js';

const HEAD = `provider: mine
title: Mine
base_url: https://{resource}.example/v1
api: openai-chat
api_key_env: MINE_KEY
variables:
  resource: { env: MINE_RESOURCE, about: the name of your resource }
sources: [a page]
as_of: '2026-11-01'
profile: { contextWindow: 100000, reasoning: { signer: mine, replay: field } }
`;
const FILE = `${HEAD}endpoints:
  one: { title: One, model: m-1 }
  two:
    title: Two
    model: m-2
    base_url: http://127.0.0.1:9/v1
    profile: { maxOutputTokens: 1000, reasoning: { replay: none } }
`;

function failure(source: string): CatalogueError {
  try {
    readCatalogueFile(source, 'mine.yaml');
  } catch (error) {
    return error as CatalogueError;
  }
  throw new Error('it was read');
}

describe('a file of the catalogue', () => {
  it('gives each endpoint what stands at the top and what it says itself, member by member', () => {
    const [one, two] = readCatalogueFile(FILE, 'mine.yaml');
    expect(one).toMatchObject({
      name: 'mine/one',
      provider: 'mine',
      api: 'openai-chat',
      apiKeyEnv: 'MINE_KEY',
      asOf: '2026-11-01',
      profile: { api: 'openai-chat', contextWindow: 100_000, reasoning: { signer: 'mine', replay: 'field' } },
    });
    expect(two).toMatchObject({
      baseUrl: 'http://127.0.0.1:9/v1',
      profile: { contextWindow: 100_000, maxOutputTokens: 1_000, reasoning: { signer: 'mine', replay: 'none' } },
    });
    expect(keywordFault(CATALOGUE_SCHEMA)).toBeUndefined();
  });

  it.each([
    ['no YAML', 'provider: [', /mine\.yaml:1:\d+: /, 1],
    ['a key twice', `${HEAD}title: Again\n`, /Map keys must be unique/, 11],
    ['a list', '- provider', /a mapping of names to values/, undefined],
    ['nothing', '', /it is empty/, undefined],
    ['two documents', `${FILE}---\nprovider: x\n`, /more than one document/, 18],
    [
      'a word that nobody knows',
      FILE.replace('one: { title', 'one: { titel: x, title'),
      /endpoints\.one has a member "titel"/,
      12,
    ],
    [
      'a misspelt member of a profile',
      FILE.replace('maxOutputTokens', 'maxOutputToken'),
      /a member "maxOutputToken"/,
      17,
    ],
    [
      'an unknown dialect',
      FILE.replace('maxOutputTokens: 1000', 'dialect: glm'),
      /dialect must be equal to one of.*glm-4\.7/,
      17,
    ],
    [
      'an unknown API',
      FILE.replace('api: openai-chat', 'api: telegraph'),
      /api must be equal to one of.*openai-chat/,
      4,
    ],
    ['no model', FILE.replace(', model: m-1', ''), /endpoints\.one has no model/, 12],
    [
      'a fault at a name of digits',
      FILE.replace('one: { title: One, model: m-1 }', "'12': { title: One, model: 5 }"),
      /endpoints\.12\.model must be string/,
      12,
    ],
    ['no address', FILE.replace('base_url: https://{resource}.example/v1\n', ''), /"one" has no base_url/, 11],
    [
      'a contradiction',
      FILE.replace('1000,', '200000,'),
      /maxOutputTokens of "two" is 200000, and the window is 100000.*\(output_exceeds_window\)/,
      17,
    ],
    ['a contradiction at its top', FILE.replace('signer: mine, ', ''), /replay_without_signer/, 10],
    ['an unknown placeholder', FILE.replace('m-1', "'{model}'"), /\{model\}, and no variable of that name/, 12],
    ['a key where its name belongs', FILE.replace('MINE_KEY', 'sk-secret'), /api_key_env must match pattern/, 5],
    ['too deep a nesting', `${HEAD}endpoints: ${'[['.repeat(40)}${']]'.repeat(40)}\n`, /more than 32 levels/, 11],
    [
      'aliases that grow',
      `a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [${'*a,'.repeat(20)}]\nc: &c [${'*b,'.repeat(20)}]\n`,
      /alias/i,
      undefined,
    ],
    ['too much', `${FILE}${'#'.repeat(1_048_576)}`, /and 1048576 are allowed/, undefined],
  ])('is refused with its place and with what to do: %s', (_what, source, reason, line) => {
    const error = failure(source);
    expect(error).toMatchObject({ name: 'CatalogueError', code: 'catalogue.invalid', details: { file: 'mine.yaml' } });
    expect(error.message).toMatch(reason);
    expect(error.message).toMatch(/^mine\.yaml.*Correct the file\.$/s);
    expect(error.details['line']).toBe(line);
    if (line !== undefined) expect(error.message).toContain(`mine.yaml:${line}:${String(error.details['column'])}: `);
  });
});

describe("the user's own entries", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'switchyard-catalogue-'));
    await writeFile(join(folder, 'mine.yaml'), FILE);
    await writeFile(
      join(folder, 'zai.yml'),
      `${HEAD.replace('provider: mine', 'provider: zai')}endpoints:\n  glm-5.2: { title: Mine, model: my-glm }\n`,
    );
    await writeFile(join(folder, 'notes.txt'), 'not: [read');
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('stand beside those that ship, and win over those of the same name', async () => {
    const catalogue = await loadCatalogue({ folders: [folder] });
    expect(catalogue.get('mine/one')?.model).toBe('m-1');
    expect(catalogue.get('zai/glm-5.2')?.model).toBe('my-glm');
    expect(catalogue.get('zai/glm-5.1')?.model).toBe('glm-5.1');
    expect((await loadCatalogue()).get('zai/glm-5.2')?.model).toBe('glm-5.2');
    expect([...(await loadCatalogue({ folders: [folder], provider: 'zai' })).keys()]).toEqual([
      'mine/one',
      'mine/two',
      'zai/glm-5',
      'zai/glm-5.1',
      'zai/glm-5.2',
      'zai/glm-5.2-messages',
      'zai/glm-5.3',
    ]);
    expect((await loadCatalogue({ folders: [folder], builtIn: false })).size).toBe(3);
  });

  it('are refused where a folder has a name twice, or is none', async () => {
    await writeFile(join(folder, 'mine2.yaml'), FILE);
    await expect(loadCatalogue({ folders: [folder] })).rejects.toMatchObject({
      code: 'catalogue.invalid',
      message: expect.stringMatching(/"mine\/one" stands in this folder twice/),
    });
    await rm(join(folder, 'mine2.yaml'));
    await expect(loadCatalogue({ folders: [join(folder, 'none')] })).rejects.toMatchObject({
      code: 'catalogue.unreadable',
    });
  });

  it('are found by their name, by what is served at whom, and by a name that one alone has', async () => {
    const catalogue = await loadCatalogue({ folders: [folder] });
    expect(findEntry(catalogue, 'baseten/glm-5.2').name).toBe('baseten/glm-5.2');
    expect(findEntry(catalogue, 'glm-5.2@baseten').name).toBe('baseten/glm-5.2');
    expect(findEntry(catalogue, 'kimi-k2.7-code').name).toBe('moonshot/kimi-k2.7-code');
    expect(() => findEntry(catalogue, 'glm-5.2')).toThrow(
      expect.objectContaining({
        code: 'catalogue.ambiguous',
        message: expect.stringMatching(/baseten\/glm-5\.2, .*Say which/),
      }),
    );
    expect(() => findEntry(catalogue, 'zai/glm-9')).toThrow(
      expect.objectContaining({
        code: 'catalogue.not_found',
        message: expect.stringMatching(/There are: .*zai\/glm-5/),
      }),
    );
    expect(() => findEntry(catalogue, '@')).toThrow(expect.objectContaining({ code: 'catalogue.not_found' }));
  });

  it('become backends, with what is yours in their addresses taken from the environment', async () => {
    const entry = findEntry(await loadCatalogue({ folders: [folder] }), 'mine/one');
    const backend = resolveEntry(entry, { MINE_RESOURCE: ' acme ', MINE_KEY: 'secret-value' });
    expect(backend).toMatchObject({ name: 'mine-one', baseUrl: 'https://acme.example/v1', apiKeyEnv: 'MINE_KEY' });
    expect(JSON.stringify(backend)).not.toContain('secret-value');
    expect(() => resolveEntry(entry, {})).toThrow(
      expect.objectContaining({
        code: 'catalogue.variable_missing',
        message: expect.stringMatching(/Set MINE_RESOURCE \(the name of your resource\)/),
      }),
    );
    for (const value of ['evil.example/', 'a#b', 'a?b', 'a\\b', 'a b', '{x}', '..', 'x'.repeat(200)]) {
      let thrown: unknown;
      try {
        resolveEntry(entry, { MINE_RESOURCE: value });
      } catch (error) {
        thrown = error;
      }
      expect(thrown).toMatchObject({ code: 'catalogue.variable_invalid' });
      if (value.length > 3) expect((thrown as Error).message).not.toContain(value);
    }
  });
});
