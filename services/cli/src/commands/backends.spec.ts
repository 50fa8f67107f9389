import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createProgram } from '../program.js';

const MINE = `provider: mine
title: Mine
base_url: https://{resource}.example/v1
api: openai-chat
api_key_env: MINE_KEY
variables:
  resource: { env: MINE_RESOURCE, about: the name of your resource }
sources: [a page]
as_of: '2026-11-01'
endpoints:
  one: { title: One, model: m-1, profile: { contextWindow: 9000 } }
`;

let folder: string;
let gateway: Server;
let url: string;
/** What was sent to be registered. */
const sent: unknown[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switchyard-catalogue-'));
  await writeFile(join(folder, 'mine.yaml'), MINE);
  // Takes a backend as the gateway does, and gives it back.
  gateway = createServer((request, response) => {
    void text(request).then((body) => {
      sent.push(JSON.parse(body));
      response.setHeader('content-type', 'application/json').end(body);
    });
  });
  await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await new Promise((resolve) => gateway.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

async function run(...words: string[]): Promise<string> {
  const log = jest.spyOn(console, 'log').mockImplementation(() => undefined);
  try {
    const options = ['--url', url, '--api-key', 'k', '--catalogue', folder];
    await createProgram()
      .exitOverride()
      .parseAsync([...options, ...words], { from: 'user' });
    return log.mock.calls.map(([line]) => String(line)).join('\n');
  } finally {
    log.mockRestore();
  }
}

describe('backends of the catalogue', () => {
  it("are listed by words of theirs, the user's own among them, with what they are limited to", async () => {
    expect(await run('backends', 'catalogue', 'scout', 'wandb')).toMatch(/wandb\/llama-4-scout .* 64,000 /);
    expect(await run('backends', 'catalogue', 'mine/one')).toMatch(/mine\/one +m-1 +openai-chat +9,000/);
    expect(await run('backends', 'catalogue', 'no such thing')).toMatch(/Nothing like that/);
    const all: unknown = JSON.parse(await run('--json', 'backends', 'catalogue'));
    expect(all).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: 'zai/glm-5.2', api_key_env: 'ZAI_API_KEY', as_of: expect.any(String) }),
        expect.objectContaining({ name: 'mine/one', profile: { api: 'openai-chat', contextWindow: 9_000 } }),
      ]),
    );
  });

  it('have a schema that editors can use', async () => {
    const { CATALOGUE_SCHEMA } = await import('@switchyard/models');
    expect(JSON.parse(await run('backends', 'catalogue', '--schema'))).toEqual(CATALOGUE_SCHEMA);
  });

  it('are registered by their name, with their profile and without a key', async () => {
    await run('backends', 'add', 'zai/glm-5.2');
    expect(sent.at(-1)).toMatchObject({
      name: 'zai-glm-5-2',
      base_url: 'https://api.z.ai/api/paas/v4',
      model: 'glm-5.2',
      api: 'openai-chat',
      api_key_env: 'ZAI_API_KEY',
      profile: { contextWindow: 1_000_000, overflow: 'accepts' },
      note: 'Catalogue: zai/glm-5.2, as of 2026-09-23',
    });
    await run('backends', 'add', 'llama-4-scout@groq');
    expect(sent.at(-1)).toMatchObject({ name: 'groq-llama-4-scout', profile: { contextWindow: 131_072 } });
  });

  it('have the name and the other options that were given', async () => {
    await run('backends', 'add', 'mine', '--from', 'zai/glm-5.1', '--model', 'other', '--key-env', 'MY_KEY');
    expect(sent.at(-1)).toMatchObject({ name: 'mine', model: 'other', api_key_env: 'MY_KEY' });
    await run('backends', 'add', 'plain', '--endpoint', 'http://127.0.0.1:9/v1', '--model', 'm');
    expect(sent.at(-1)).toEqual({ name: 'plain', base_url: 'http://127.0.0.1:9/v1', model: 'm', api: 'openai-chat' });
  });

  it('have the limits of the fleet that were given', async () => {
    const limits = ['--concurrency', '4', '--tokens-per-minute', '300000', '--requests-per-minute', '60'];
    await run('backends', 'add', 'slow', '--endpoint', 'http://127.0.0.1:9/v1', '--model', 'm', ...limits);
    expect(sent.at(-1)).toMatchObject({ concurrency: 4, tokens_per_minute: 300_000, requests_per_minute: 60 });
  });

  it('that are not there, or whose address lacks a part, are refused before anything is sent', async () => {
    const before = sent.length;
    await expect(run('backends', 'add', 'zai/glm-9')).rejects.toMatchObject({ code: 'catalogue.not_found' });
    await expect(run('backends', 'add', 'glm-5.2@nobody')).rejects.toMatchObject({
      code: 'catalogue.not_found',
      message: expect.stringMatching(/There are: baseten\/glm-5\.2, /),
    });
    await expect(run('backends', 'add', 'glm-5.2', '--from', 'glm-5.2')).rejects.toMatchObject({
      code: 'catalogue.ambiguous',
    });
    await expect(run('backends', 'add', 'mine/one')).rejects.toMatchObject({
      code: 'catalogue.variable_missing',
      message: expect.stringMatching(/MINE_RESOURCE/),
    });
    expect(sent).toHaveLength(before);
  });

  it('in a file speak as those by options do, where it does not say', async () => {
    const file = join(folder, 'two.yaml');
    await writeFile(file, 'name: a\nmodel: m\n---\nname: b\nmodel: m\napi: anthropic\n');
    await run('backends', 'add', '-f', file);
    expect(sent.slice(-2)).toMatchObject([
      { name: 'a', api: 'openai-chat' },
      { name: 'b', api: 'anthropic' },
    ]);
  });
});
