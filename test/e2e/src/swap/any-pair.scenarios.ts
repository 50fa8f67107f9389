import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { JsonObject, JsonValue } from '@switchyard/contracts';
import { startSimulator, type Simulator } from '@switchyard/simulator';
import { FaultyTools } from '../faults/faulty-tools.fixture.js';
import { addAgent, addBackend, ended, entriesOf, journalOf, rows, submit } from '../faults/runs.fixture.js';
import type { System } from '../index.js';
import { BASE_PATHS, signaturesOf } from './wires.fixture.js';

const APIS = Object.keys(BASE_PATHS);
/** Those whose endpoints sign or seal their reasoning. */
const SIGNING = new Set(['anthropic', 'bedrock', 'gemini', 'openai-responses']);
/** Each run uses two simulators that no other run uses at the same time: pairs of one distance run side by side. */
const DISTANCES = APIS.map((_, distance) => distance);

/**
 * From every wire API to every other, and to another endpoint of the same: two calls that succeed and one that fails, with
 * reasoning, stand in the history when the first endpoint fails for good.
 */
export function anyPair(system: () => System): void {
  const from = new Map<string, Simulator>();
  const to = new Map<string, Simulator>();
  let tools: FaultyTools;

  beforeAll(async () => {
    tools = await FaultyTools.connect(system(), 'pair', 20_000);
    await addAgent(system(), 'pair', ['pair_calc_count', 'pair_calc_throw', 'calculator']);
    for (const [side, simulators] of Object.entries({ from, to })) {
      for (const api of APIS) {
        const simulator = await startSimulator();
        simulators.set(api, simulator);
        const baseUrl = new URL(BASE_PATHS[api] ?? '', simulator.url).href;
        await addBackend(system(), `${side}-${api}`, baseUrl, { api, profile: { capabilities: { reasoning: true } } });
      }
    }
  });
  afterAll(async () => {
    for (const simulator of [...from.values(), ...to.values()]) await simulator.close();
  });

  describe.each(DISTANCES)('to the wire API %i places further on', (distance) => {
    it('goes on with calls, results, an error and reasoning, does nothing twice, and gives no signature to another', async () => {
      await Promise.all(APIS.map((api, index) => movesOn(api, APIS[(index + distance) % APIS.length] ?? api)));
    });
  });

  async function movesOn(fromApi: string, toApi: string): Promise<void> {
    const [a, b] = [simulatorOf(from, fromApi), simulatorOf(to, toApi)];
    const once = `${fromApi}>${toApi}`;
    a.requests.length = b.requests.length = 0;
    a.enqueue(
      {
        reasoning: `The first thought of ${once}.`,
        calls: [
          { name: 'pair_calc_count', arguments: { expression: once } },
          { name: 'pair_calc_throw', arguments: { expression: once } },
          { name: 'calculator', arguments: { expression: '6*7' } },
        ],
      },
      { fault: { fault: '401' } },
    );
    b.enqueue(
      {
        reasoning: `The second thought of ${once}.`,
        calls: [{ name: 'pair_calc_count', arguments: { expression: `${once} again` } }],
      },
      { text: `Done by ${toApi}.` },
    );
    const task = { agent: 'pair', input: once, backend: `from-${fromApi}`, fallbacks: [`to-${toApi}`] };
    const runId = await submit(system(), task);
    const run = await ended(system(), runId, 45_000);
    expect([once, run['error'], run['output'], run['backend']]).toEqual([
      once,
      undefined,
      `Done by ${toApi}.`,
      `to-${toApi}`,
    ]);
    await expectHistory(runId, `from-${fromApi}`, `to-${toApi}`);
    await expectSignatures(runId, fromApi, a, b);
    const counted = Object.entries(await tools.calls('calc_count')).filter(([expression]) =>
      [once, `${once} again`].includes(expression),
    );
    expect(counted.map(([, times]) => times)).toEqual([1, 1]);
    const ledger = await rows<JsonObject>(
      system(),
      `SELECT tool, status, attempt FROM effects.calls WHERE run_id = '${runId}' ORDER BY tool, call_id`,
    );
    expect(ledger.map(({ tool, attempt }) => `${String(tool)} ${String(attempt)}`)).toEqual([
      'calculator 1',
      'pair_calc_count 1',
      'pair_calc_count 1',
      'pair_calc_throw 1',
    ]);
  }

  async function expectHistory(runId: string, a: string, b: string): Promise<void> {
    const journal = await journalOf(system(), runId);
    expect(journal.map(({ seq }) => seq)).toEqual(journal.map((_, index) => index + 1));
    const turns = journal.flatMap((entry) => {
      const turn = entry['model_turn_completed'] as JsonObject | undefined;
      return turn ? [turn] : [];
    });
    expect(turns.map(({ backend }) => backend)).toEqual([a, b, b]);
    const prints = turns.map(({ configuration }) => (configuration as JsonObject)['fingerprint']);
    expect(prints[1]).toBe(prints[2]);
    expect(prints[0]).not.toBe(prints[1]);
    expect(await entriesOf(system(), runId, 'backend_switched')).toEqual([
      expect.objectContaining({
        ...{ from: a, to: b, reason: expect.stringMatching(/^model\.auth: /) },
        error: expect.objectContaining({ code: 'model.auth' }),
      }),
    ]);
    const failed = (await entriesOf(system(), runId, 'tool_call_settled')).filter(
      ({ result }) => (result as JsonObject)['status'] === 'error',
    );
    expect(failed).toHaveLength(1);
  }

  /** The first request to the second endpoint has of signatures only what the first one gave. */
  async function expectSignatures(runId: string, fromApi: string, a: Simulator, b: Simulator): Promise<void> {
    const [first, second] = await entriesOf(system(), runId, 'model_turn_completed');
    const [own, foreign] = [signaturesOf(second?.['message']), signaturesOf(first?.['message'])];
    expect([fromApi, foreign.length > 0]).toEqual([fromApi, SIGNING.has(fromApi)]);
    const asked = b.requests.filter(({ method }) => method === 'POST').map(({ body }) => JSON.stringify(body));
    expect([asked.length, a.requests.filter(({ method }) => method === 'POST').length]).toEqual([2, 2]);
    const signers = new Set(own.map(({ signer }) => signer));
    for (const { signer, proof } of foreign) {
      const returned: JsonValue = asked[0]?.includes(proof) ?? false;
      expect([runId, signer, proof, returned]).toEqual([runId, signer, proof, signers.has(signer)]);
    }
    for (const { proof } of own) expect([runId, proof, asked[1]?.includes(proof)]).toEqual([runId, proof, true]);
    expect(asked.join('')).toContain('the gears are stuck');
  }

  function simulatorOf(simulators: ReadonlyMap<string, Simulator>, api: string): Simulator {
    const simulator = simulators.get(api);
    if (!simulator) throw new Error(`no simulator speaks ${api}`);
    return simulator;
  }
}
