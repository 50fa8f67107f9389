import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { completeModel, userMessage } from '@switchyard/models';
import { TOOLS } from './agent.fixture.js';
import type { Simulator } from './options.js';
import { simulatorBackend } from './simulator-backend.js';
import { startSimulator } from './start-simulator.js';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(() => simulator.close());

describe('tools are known by what they say about themselves', () => {
  const schema = (properties: object, required: string[] = Object.keys(properties)): object => ({
    type: 'object',
    properties,
    required,
  });
  it.each([
    [
      'what is 6*7',
      {
        name: 'evaluate',
        description: 'Evaluate a math expression',
        inputSchema: schema({ formula: { type: 'string' } }),
      },
      { formula: '6 * 7' },
    ],
    [
      'what is 6*7',
      {
        name: 'doMath',
        description: '',
        inputSchema: schema({ expr: { type: 'string' }, precision: { type: 'integer', default: 4 } }),
      },
      { expr: '6 * 7', precision: 4 },
    ],
    [
      'what time is it in New York',
      {
        name: 'get_current_time',
        description: 'Get current time in a specific timezone',
        inputSchema: schema({ timezone: { type: 'string' } }),
      },
      { timezone: 'America/New_York' },
    ],
    [
      'what time is it in São Paulo',
      { name: 'time', description: 'Time of a city', inputSchema: schema({ city: { type: 'string' } }) },
      { city: 'São Paulo' },
    ],
    [
      'what does a.md say',
      {
        name: 'read_text_file',
        description: 'Read the complete contents of a file',
        inputSchema: schema({ path: { type: 'string' }, head: { type: 'number' } }, ['path']),
      },
      { path: 'a.md' },
    ],
    [
      'list the files in docs',
      { name: 'listDirectory', description: 'List a directory', inputSchema: schema({ dir: { type: 'string' } }) },
      { dir: 'docs' },
    ],
    [
      'fetch https://a.dev/x',
      {
        name: 'fetch',
        description: 'Fetches a URL from the internet',
        inputSchema: schema({ url: { type: 'string', format: 'uri' } }),
      },
      { url: 'https://a.dev/x' },
    ],
    [
      'fetch https://a.dev/x',
      {
        name: 'browse_pages',
        description: 'Loads web pages',
        inputSchema: schema({ urls: { type: 'array', items: { type: 'string' } } }),
      },
      { urls: ['https://a.dev/x'] },
    ],
    [
      'remember that I like tea',
      {
        name: 'remember',
        description: 'Store a fact',
        inputSchema: schema({ key: { type: 'string' }, value: { type: 'string' } }),
      },
      { key: 'i_like_tea', value: 'I like tea' },
    ],
    [
      'what is the weather in Paris?',
      { name: 'get_weather', description: 'Weather of a city', inputSchema: schema({ city: { type: 'string' } }) },
      { city: 'Paris' },
    ],
    [
      'convert 5 from metres to feet',
      {
        name: 'convert_units',
        description: 'Converts',
        inputSchema: schema({ amount: { type: 'number' }, from: { enum: ['metres', 'feet'] } }),
      },
      { amount: 5, from: 'metres' },
    ],
    [
      'write "hello there" to notes/today.txt',
      {
        name: 'file_write',
        description: 'Writes a file',
        inputSchema: schema({ path: { type: 'string' }, content: { type: 'string' } }),
      },
      { path: 'notes/today.txt', content: 'hello there' },
    ],
    [
      'echo "hello world"',
      { name: 'echo', description: 'Echoes', inputSchema: schema({ message: { type: 'string' } }) },
      { message: 'hello world' },
    ],
  ])('%s → %o', async (input, tool, args) => {
    const tools = [{ ...tool, inputSchema: JSON.parse(JSON.stringify(tool.inputSchema)) }];
    const response = await completeModel(simulatorBackend(simulator.url), { messages: [userMessage(input)], tools });
    expect(response.rejectedCalls).toEqual([]);
    expect(response.toolCalls.map((call) => [call.name, call.arguments])).toEqual([[tool.name, args]]);
  });

  it('a tool for something else is left alone', async () => {
    const tools = [
      { name: 'memory_delete', description: 'Delete a memory', inputSchema: { type: 'object' } },
      {
        name: 'write_file',
        description: 'Write a file',
        inputSchema: { type: 'object', properties: { path: { type: 'string' } } },
      },
    ];
    for (const input of ['remember that I like tea', 'what does a.txt say', 'what is my name?', 'what is 2+2?']) {
      expect(
        (await completeModel(simulatorBackend(simulator.url), { messages: [userMessage(input)], tools })).toolCalls,
      ).toEqual([]);
    }
  });

  it('a choice is obeyed: none, required, one by name', async () => {
    const backend = simulatorBackend(simulator.url);
    const messages = [userMessage('what is 2+2?')];
    expect((await completeModel(backend, { messages, tools: TOOLS, toolChoice: 'none' })).toolCalls).toEqual([]);
    const named = await completeModel(backend, {
      messages: [userMessage('trains')],
      tools: TOOLS,
      toolChoice: { name: 'memory_search' },
    });
    expect(named.toolCalls.map((call) => call.name)).toEqual(['memory_search']);
    const required = await completeModel(backend, {
      messages: [userMessage('trains')],
      tools: TOOLS,
      toolChoice: 'required',
    });
    expect(required.toolCalls).toHaveLength(1);
  });
});
