import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Simulator } from './options.js';
import { SIMULATOR_MODEL } from './simulator-model.js';
import { startSimulator } from './start-simulator.js';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(() => simulator.close());

const post = async (path: string, body: unknown) => {
  const response = await fetch(`${simulator.url}${path}`, { method: 'POST', body: JSON.stringify(body) });
  return {
    status: response.status,
    json: (await response.json()) as { model?: string; usage?: Record<string, number> },
  };
};
const messages = [{ role: 'user', content: 'What is 2 + 2?' }];
const ask = async () => (await post('/v1/chat/completions', { model: 'm', messages })).json;

describe('a simulated provider', () => {
  it('changes its model and its template from one request to the next, on every wire that says so, and back', async () => {
    const before = await ask();
    expect(before.model).toBe(SIMULATOR_MODEL);
    simulator.setSnapshot({ model: 'm-2', templateTokens: 7 });
    const after = await ask();
    expect(after.model).toBe('m-2');
    expect(after.usage?.['prompt_tokens']).toBe((before.usage?.['prompt_tokens'] ?? 0) + 7);
    const other = await post('/v1/messages', { model: 'm', max_tokens: 9, messages });
    expect(other.json.model).toBe('m-2');
    simulator.setSnapshot(null);
    expect(await ask()).toMatchObject({ model: SIMULATOR_MODEL, usage: before.usage });
  });

  it('is told so over HTTP, and refuses what is no snapshot', async () => {
    const told = await post('/simulator/snapshot', { model: 'm-3' });
    expect(told).toMatchObject({ status: 200, json: { model: 'm-3', template_tokens: 0 } });
    expect((await ask()).model).toBe('m-3');
    for (const wrong of [{ model: 3 }, { model: '' }, { template_tokens: 'many' }, 'm', null])
      expect((await post('/simulator/snapshot', wrong)).status).toBe(400);
    expect((await ask()).model).toBe('m-3');
  });
});
