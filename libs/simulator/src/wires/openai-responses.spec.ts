import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { completeModel, defineProfile, toolResultMessage, userMessage } from '@switchyard/models';
import { TOOLS } from '../agent.fixture.js';
import type { Simulator } from '../options.js';
import { simulatorBackend } from '../simulator-backend.js';
import { startSimulator } from '../start-simulator.js';
import { sealOf } from './openai-responses-request.js';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(() => simulator.close());

async function post(body: object): Promise<[number, string]> {
  const response = await fetch(`${simulator.url}/v1/responses`, { method: 'POST', body: JSON.stringify(body) });
  return [response.status, await response.text()];
}

const said = { role: 'assistant', content: [{ type: 'output_text', text: 'Yes' }] };
const asked = { type: 'function_call', call_id: 'a', name: 'clock', arguments: '{}' };
const thought = { type: 'reasoning', id: 'rs_1', summary: [] };
const sealed = { ...thought, encrypted_content: sealOf('rs_1') };

describe('the Responses API as the simulator serves it', () => {
  it.each<[string, readonly object[]]>([
    ['input', []],
    ['No tool output found', [asked]],
    ['No tool call found', [{ type: 'function_call_output', call_id: 'a', output: '' }]],
    ["begins with 'fc'", [{ ...asked, id: 'call_a' }]],
    ['Supported values', [{ ...said, content: [{ type: 'input_text', text: 'x' }] }]],
    ['not persisted', [thought, said]],
    ['required following item', [sealed]],
    ['required following item', [sealed, { role: 'user', content: 'x' }]],
    ['Duplicate item', [sealed, said, sealed, said]],
    ['could not be verified', [{ ...sealed, id: 'rs_2' }, said]],
  ])('refuses a request: %s', async (reason, input) => {
    expect(await post({ model: 'm', input })).toEqual([400, expect.stringContaining(reason)]);
  });

  it('refuses the settings of chat completions', async () => {
    expect(await post({ model: 'm', input: 'x', stop: ['y'] })).toEqual([400, expect.stringContaining("'stop'")]);
  });

  it('takes its own sealed reasoning before what it led to', async () => {
    expect((await post({ model: 'm', input: [sealed, said] }))[0]).toBe(200);
  });

  it('reasoning is sealed when asked for, and comes back to its signer before its call', async () => {
    const api = 'openai-responses';
    const backend = {
      ...simulatorBackend(simulator.url, { api }),
      profile: defineProfile({ api, capabilities: { reasoning: true } }),
    };
    const question = userMessage('what is 6*7?');
    for (const stream of [true, false]) {
      simulator.enqueue({
        reasoning: 'Let me think.',
        calls: [{ name: 'calculator', arguments: { expression: '1' } }],
      });
      const { message, toolCalls } = await completeModel(backend, { messages: [question], tools: TOOLS, stream });
      const results = toolCalls.map((call) => toolResultMessage(call, '1'));
      await completeModel(backend, { messages: [question, message, ...results] });
      expect(simulator.requests.at(-1)?.body).toMatchObject({
        input: [
          { type: 'message', role: 'user' },
          { type: 'reasoning', summary: [{ text: 'Let me think.' }], encrypted_content: expect.any(String) },
          { type: 'function_call', name: 'calculator' },
          { type: 'function_call_output', output: '1' },
        ],
      });
    }
  });
});
