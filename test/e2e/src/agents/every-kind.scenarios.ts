import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@switchyard/contracts';
import { startSimulator, type Simulator } from '@switchyard/simulator';
import { waitFor } from '@switchyard/testing';
import { addAgent, addBackend, ended, entriesOf, submit } from '../faults/runs.fixture.js';
import { connectedToolServer, rest, switchyard, switchyardJson, type System } from '../index.js';
import { RailwayApi } from './railway-api.fixture.js';
import { hasBrowser, WebToolPages } from './web-pages.fixture.js';

const MCP_SERVER = fileURLToPath(new URL('../../test/mcp-server.mjs', import.meta.url));

/** What the model says, in the order in which it is asked. */
const SCRIPT: readonly [name: string, args: JsonObject][][] = [
  [
    ['calculator', { expression: '6 * 7' }],
    ['desk_get_weather', { city: 'Oslo' }],
    ['rails_get_departures', { station: 'Narvik' }],
    ['inn_find_room', { city: 'Oslo' }],
    ['agent_porter', { input: 'Is there a lift?' }],
  ],
  [
    [
      'run_javascript',
      {
        code: 'const [a, b] = await Promise.all([tools.calculator({ expression: "1 + 1" }), tools.desk_evaluate({ formula: "2 * 2" })]); `${a} ${b}`',
      },
    ],
    ['inn_book_room', { number: 12 }],
  ],
];

/** One task, in which a tool of each kind takes part. The system has the key of the API in its environment, under RAILWAY_KEY. */
export function everyKind(system: () => System): void {
  (hasBrowser() ? describe : describe.skip)('a task with a tool of each kind', () => {
    let api: RailwayApi;
    let pages: WebToolPages;
    let model: Simulator;
    beforeAll(async () => {
      [api, pages, model] = await Promise.all([RailwayApi.start(), WebToolPages.start(), startSimulator()]);
      await addBackend(system(), 'z-host', `${model.url}/v1`);
    });
    afterAll(async () => {
      for (const server of ['desk', 'rails', 'inn']) await switchyard(system(), ['tools', 'remove', server]);
      await switchyard(system(), ['backends', 'remove', 'z-host']);
      await Promise.all([api?.stop(), pages?.stop(), model?.close()]);
    });

    const add = async (name: string, ...args: string[]) => {
      expect(await switchyard(system(), ['tools', 'add', name, ...args])).toMatchObject({ code: 0 });
      await connectedToolServer(system(), name);
    };

    it('calls them all, waits for a person where one says so, and has each on the record', async () => {
      await add('desk', '--', process.execPath, MCP_SERVER);
      const openapi = ['--openapi', `${api.url}/openapi.json`, '--auth', 'railway_key=RAILWAY_KEY', '--allow-private'];
      await add('rails', ...openapi);
      await add('inn', '--web', `${pages.origin}/hotel`);
      await addAgent(system(), 'porter', [], { model: { backend: 'z-host' } });
      await addAgent(system(), 'concierge', ['calculator', 'run_javascript', 'desk.*', 'rails.*', 'inn.*'], {
        model: { backend: 'z-host' },
        agents: ['porter'],
      });
      const [first = [], second = []] = SCRIPT.map((calls) => calls.map(([name, args]) => ({ name, arguments: args })));
      model.enqueue({ calls: first }, { text: 'There is one.' }, { calls: second }, { text: 'All is arranged.' });

      const runId = await submit(system(), { agent: 'concierge', input: 'Arrange my stay' });
      // First for the porter, then for a person.
      await waitFor(async () => (await entriesOf(system(), runId, 'approval_requested')).length > 0, {
        describe: 'the room to wait for a person',
      });
      expect(pages.booked).toBe(0);
      expect(await switchyard(system(), ['approvals', 'approve', runId])).toMatchObject({ code: 0 });
      expect(await ended(system(), runId)).toMatchObject({ status: 'completed', output: 'All is arranged.' });
      expect(pages.booked).toBe(1);

      const requested = await entriesOf(system(), runId, 'tool_calls_requested');
      const toolOf = new Map(
        requested.flatMap(({ calls }) =>
          (calls as { call_id: string; tool: string }[]).map(({ call_id, tool }) => [call_id, tool]),
        ),
      );
      const settled = await entriesOf(system(), runId, 'tool_call_settled');
      const answers = Object.fromEntries(
        settled.map(({ result }) => {
          const { call_id, status, content } = result as { call_id: string; status: string; content: JsonObject[] };
          return [toolOf.get(call_id), `${status}: ${content.map(({ text }) => String(text)).join('')}`];
        }),
      );
      expect(answers).toEqual({
        calculator: 'ok: 42',
        desk_get_weather: expect.stringMatching(/^ok: .*Oslo/),
        rails_get_departures: expect.stringMatching(/^ok: .*Narvik/),
        inn_find_room: expect.stringMatching(/^ok: .*"number":12/),
        agent_porter: expect.stringMatching(/^ok: .*There is one/),
        run_javascript: expect.stringMatching(/^ok: .*2 4/),
        inn_book_room: expect.stringMatching(/^ok: .*"booked":12/),
      });
      const effects = await switchyardJson<{ tool: string; status: string }[]>(system(), [
        ...['effects', 'list', '--all', '--run', runId],
      ]);
      expect(effects.map(({ tool, status }) => `${tool} ${status}`).sort()).toEqual([
        'calculator settled',
        'calculator settled',
        'desk_evaluate settled',
        'desk_get_weather settled',
        'inn_book_room settled',
        'inn_find_room settled',
        'rails_get_departures settled',
        'run_javascript settled',
      ]);
      expect((await rest(system(), 'GET', `/v1/runs/${runId}/tree`)).body['runs']).toHaveLength(2);
    });
  });
}
