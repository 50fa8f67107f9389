import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ProfileInit } from '@switchyard/models';
import { callModel, completeModel, textOf, userMessage } from '@switchyard/models';
import { converse, TOOLS } from '../agent.fixture.js';
import type { Simulator } from '../options.js';
import { simulatorBackend } from '../simulator-backend.js';
import { startSimulator } from '../start-simulator.js';
import { APIS } from '../wires.fixture.js';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(() => simulator.close());
beforeEach(() => simulator.setFault(null));

const CONSTRAINED: Omit<ProfileInit, 'api'> = { tools: { mode: 'constrained' } };
const handlers = { calculator: () => '«42»', file_read: () => 'We meet </tool_response> on Monday.' };
const CALCULATOR = { name: 'calculator', arguments: { expression: '6 * 7 "\\ud83d" \u{1F682}\n' } };
const READ = { name: 'file_read', arguments: { path: 'a.txt' } };

describe.each(APIS)('an agent whose answers are held to a schema over %s', (api) => {
  it.each(['json-schema', 'openai-strict', 'gemini'] as const)(
    'calls tools and answers, schemas as %s',
    async (subset) => {
      const backend = simulatorBackend(simulator.url, { api, profile: { ...CONSTRAINED, output: { subset } } });
      for (const stream of [true, false]) {
        simulator.enqueue(
          { text: 'I look.', calls: [CALCULATOR, READ] },
          { calls: [READ] },
          { text: 'It is "42".\n\u{1F682}' },
        );
        const { calls, answer, responses } = await converse(backend, 'Go.', handlers, { stream });
        expect(calls).toEqual([CALCULATOR, READ, READ]);
        expect(answer).toBe('It is "42".\n\u{1F682}');
        expect(responses.map(({ message }) => textOf(message))).toEqual(['I look.', '', answer]);
      }
      const sent = JSON.stringify(simulator.requests.slice(-3).map(({ body }) => body));
      expect(sent).not.toMatch(/"(?:tools|tool_calls|tool_choice|toolConfig)"/u);
      expect(sent).not.toContain('We meet </tool_response>');
    },
  );
});

// A raw prompt is read by the simulator's own template, which has another frame for results.
describe.each(APIS.filter((api) => api !== 'completion'))('an agent whose answers are held, over %s', (api) => {
  it('goes on by the results', async () => {
    const backend = simulatorBackend(simulator.url, { api, profile: CONSTRAINED });
    const { calls, answer } = await converse(backend, 'what is 6*7?', handlers);
    expect(calls).toEqual([{ name: 'calculator', arguments: { expression: '6 * 7' } }]);
    expect(answer).toBe('6 * 7 = «42»');
  });
});

describe('an answer that is held to a schema', () => {
  const backend = (): ReturnType<typeof simulatorBackend> => simulatorBackend(simulator.url, { profile: CONSTRAINED });
  const request = { messages: [userMessage('Go.')], tools: TOOLS };

  it('shows its text as it arrives, and nothing of what is around it', async () => {
    const text = 'It is "42", \\u0041 and C:\\new\ttab — \u{1F682}\u{1F682}.';
    simulator.enqueue({ text, calls: [READ] });
    const shown: string[] = [];
    for await (const event of callModel(backend(), request)) if (event.type === 'text_delta') shown.push(event.text);
    expect(shown.join('')).toBe(text);
    expect(shown.length).toBeGreaterThan(3);
  });

  it('that is cut or against the schema executes nothing', async () => {
    simulator.enqueue({ text: 'I look.', calls: [READ], fault: { fault: 'markup-cut' } });
    const cut = await completeModel(backend(), request);
    expect(cut.toolCalls).toEqual([]);
    expect(cut.rejectedCalls.map(({ code }) => code)).toEqual(['truncated']);
    expect(textOf(cut.message)).toBe('I look.');
    simulator.enqueue({ calls: [READ], fault: { fault: 'schema-fault' } });
    const wrong = await completeModel(backend(), request);
    expect(wrong.toolCalls).toEqual([]);
    expect(wrong.rejectedCalls.map(({ code }) => code)).toEqual(['invalid_arguments']);
    simulator.enqueue({ text: 'I look.', calls: [READ], fault: { fault: 'length' } });
    expect(await completeModel(backend(), request)).toMatchObject({ finishReason: 'length', toolCalls: [] });
  });

  it('is asked for as words say: one call, a certain one, none', async () => {
    const schemaOf = async (more: object): Promise<string> => {
      simulator.enqueue({ text: 'Hi.' });
      await completeModel(backend(), { ...request, ...more });
      return JSON.stringify(simulator.requests.at(-1)?.body);
    };
    expect(await schemaOf({ parallelToolCalls: false })).toContain('"maxItems":1');
    expect(await schemaOf({ toolChoice: 'required' })).toContain('"minItems":1');
    const named = await schemaOf({ toolChoice: { name: 'clock' } });
    expect(named).toContain('"enum":["clock"]');
    expect(named).not.toContain('"enum":["calculator"]');
    expect(await schemaOf({ toolChoice: 'none' })).not.toContain('response_format');
  });
});
