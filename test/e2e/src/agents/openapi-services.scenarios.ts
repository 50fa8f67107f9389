import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@switchyard/contracts';
import { connectedToolServer, rest, switchyard, switchyardJson, type System } from '../index.js';
import { finishedRun } from './finished-run.js';
import { RAILWAY_KEY, RailwayApi } from './railway-api.fixture.js';

/** The system has the key in its environment, under RAILWAY_KEY. */
export function openApiServices(system: () => System): void {
  const callTool = (name: string, args: JsonObject, code = 0) =>
    switchyardJson<JsonObject>(system(), ['tools', 'call', name, JSON.stringify(args)], { code });

  describe('an HTTP API with an OpenAPI document', () => {
    let api: RailwayApi;
    beforeAll(async () => {
      api = await RailwayApi.start();
    });
    afterAll(() => api.stop());

    it('is added at the command line by the address of its document; the chosen operations are tools', async () => {
      const url = `${api.url}/openapi.json`;
      const options = ['--auth', 'railway_key=RAILWAY_KEY', '--operations', '!tag:internal', '--allow-private'];
      const added = await switchyard(system(), ['tools', 'add', 'railway', '--openapi', url, ...options]);
      expect(added.stdout).toContain('railway ');
      expect(await connectedToolServer(system(), 'railway')).toMatchObject({ tool_count: 2, url });
      const tools = await switchyardJson<JsonObject[]>(system(), ['tools', 'list']);
      const own = tools.filter(({ source }) => source === 'openapi:railway');
      expect(own.map(({ name, effect }) => [name, effect])).toEqual([
        ['railway_book_seat', 'irreversible'],
        ['railway_get_departures', 'pure'],
      ]);
    });

    it('is called by hand at every tool host, under its schema; its key stays out of sight', async () => {
      const answers = await Promise.all(
        Array.from({ length: 4 }, () => callTool('railway_get_departures', { station: 'Å' })),
      );
      for (const answer of answers)
        expect(answer).toMatchObject({ status: 'ok', content: [{ text: expect.stringContaining('"station":"Å"') }] });
      const wrong = await callTool('railway_book_seat', { body: {} }, 2);
      expect(wrong).toMatchObject({ status: 'error', error: { code: 'tool.invalid_arguments' } });
      const booked = await callTool('railway_book_seat', { body: { train: 'F 61' } });
      expect(booked).toMatchObject({ status: 'ok', content: [{ text: '{"booking":1,"key":"[secret RAILWAY_KEY]"}' }] });
      expect(api.bookings).toEqual([{ train: 'F 61' }]);
      const listed = await rest(system(), 'GET', '/v1/tool-servers');
      expect(listed.text).not.toContain(RAILWAY_KEY);
    });

    it('is used by an agent', async () => {
      const agent = { name: 'guard', instructions: 'Use the tools.', tools: ['railway.*'] };
      expect((await rest(system(), 'POST', '/v1/agents', { body: agent })).status).toBe(200);
      const { calls, output, run } = await finishedRun(system(), {
        agent: 'guard',
        input: 'What are the departures at Narvik?',
      });
      expect(run['status']).toBe('completed');
      expect(calls).toMatchObject([{ tool: 'railway_get_departures', arguments: { station: 'Narvik' }, status: 'ok' }]);
      expect(output).toContain('22:14');
    });

    it('is added from a file with its document, and cut down to what is of use', async () => {
      const document = join(system().dataDir, 'railway.json');
      await writeFile(document, JSON.stringify(api.document));
      const options = ['--auth', 'railway_key=RAILWAY_KEY', '--base-url', api.url, '--allow-private'];
      await switchyard(system(), ['tools', 'add', 'line', '--openapi', document, ...options]);
      const line = await connectedToolServer(system(), 'line');
      expect(line).toMatchObject({ tool_count: 3, openapi: { base_url: api.url } });
      expect(JSON.stringify(line)).not.toContain('The next departures');
      const file = join(system().dataDir, 'branch.yaml');
      const openapi = {
        auth: { railway_key: { env: 'RAILWAY_KEY' } },
        allow_private: true,
        operations: ['GET /stations/**'],
        responses: [{ keep: ['departures.time'] }],
      };
      await writeFile(
        file,
        JSON.stringify({ name: 'branch', kind: 'openapi', url: `${api.url}/openapi.json`, openapi }),
      );
      await switchyard(system(), ['tools', 'add', '-f', file]);
      await connectedToolServer(system(), 'branch');
      expect(await callTool('branch_get_departures', { station: 'Narvik' })).toMatchObject({
        content: [{ text: '{"departures":[{"time":"22:14"}]}' }],
      });
    });

    it('that cannot be read is shown as failing, with the reason, and is gone when it is removed', async () => {
      const bad = await switchyardJson(system(), ['tools', 'add', 'bad', '--openapi', `${api.url}/openapi.json`]);
      expect(bad).toMatchObject({
        status: 'failing',
        last_error: { message: expect.stringContaining('allow_private') },
      });
      const agent = { name: 'hopeful', instructions: 'Use the tools.', tools: ['bad.*'] };
      const refused = await rest(system(), 'POST', '/v1/agents', { body: agent });
      expect(refused.text).toMatch(/was not applied: .*a server of tools is away.*allow_private/);
      expect(await callTool('bad_get_departures', { station: 'Å' }, 1)).toMatchObject({
        error: { code: 'tool.unavailable', message: expect.stringContaining('allow_private') },
      });
      for (const name of ['bad', 'line', 'branch'])
        expect((await switchyard(system(), ['tools', 'remove', name])).code).toBe(0);
    });
  });
}
