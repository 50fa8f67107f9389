import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../json.js';
import { userMessage } from '../messages/message-helpers.js';
import type { ModelRequest, ToolDefinition } from '../model-request.js';
import type { ProfileInit } from '../profile/profile.js';
import { TOOLS, targetOf } from './reading.fixture.js';
import type { RequestPlan } from './request-plan.js';
import { plannedRequest } from './request-plan.js';
import { wireApi } from './wire-apis.js';

const REQUEST: ModelRequest = { messages: [userMessage('Hi')] };
const FIND: ToolDefinition = {
  name: 'find',
  inputSchema: {
    type: 'object',
    properties: {
      text: { type: 'string' },
      page: { type: 'integer' },
      tags: { additionalProperties: { type: 'integer' } },
    },
    required: ['text'],
    additionalProperties: false,
  },
};

function plan(init: ProfileInit, request: Partial<ModelRequest>): RequestPlan {
  return plannedRequest({ ...REQUEST, ...request }, targetOf(init));
}
const body = (init: ProfileInit, request: Partial<ModelRequest>): JsonObject =>
  wireApi(init.api).render({ ...REQUEST, ...request }, targetOf(init)).body;
const refusal = (init: ProfileInit, request: Partial<ModelRequest>): unknown => {
  try {
    plan(init, request);
  } catch (error) {
    return error;
  }
  return undefined;
};

describe('what cannot be sent is refused before it is', () => {
  it('a schema that the endpoint does not take: with the tool, the place, the reason and what to do', () => {
    const tree: ToolDefinition = { name: 'grow', inputSchema: { type: 'object', properties: { left: { $ref: '#' } } } };
    expect(plan({ api: 'openai-chat' }, { tools: [tree] }).refusal).toBeUndefined();
    expect(refusal({ api: 'gemini' }, { tools: [...TOOLS, tree] })).toMatchObject({
      code: 'model.schema_refused',
      kind: 'bad_request',
      retryable: false,
      message: expect.stringMatching(/"grow".*backend test \(recursive_schema at .*Change the schema/),
    });
    expect(refusal({ api: 'ollama' }, { tools: [{ name: 'list', inputSchema: { type: 'array' } }] })).toMatchObject({
      code: 'model.schema_refused',
      message: expect.stringContaining('/type'),
    });
    expect(refusal({ api: 'mistral' }, { output: { schema: { type: 'thing' } } })).toMatchObject({
      code: 'model.schema_refused',
      message: expect.stringContaining('The schema of the result'),
    });
  });

  it('a schema that contains itself as an object, or is too large to look at', () => {
    const own: JsonObject = { type: 'object' };
    own['properties'] = { own };
    let deep: JsonObject = {};
    for (let level = 0; level < 50_000; level++) deep = { items: deep };
    for (const inputSchema of [own, deep, { description: 'x'.repeat(300_000) }])
      expect(refusal({ api: 'openai-chat' }, { tools: [{ name: 'big', inputSchema }] })).toMatchObject({
        code: 'model.schema_refused',
      });
  });

  it('more tools than the endpoint takes, and two of one name', () => {
    const many = Array.from({ length: 3 }, (_, index) => ({ name: `t${index}`, inputSchema: {} }));
    expect(refusal({ api: 'openai-chat', tools: { max: 2 } }, { tools: many })).toMatchObject({
      code: 'model.too_many_tools',
      message: expect.stringMatching(/takes 2 .* 3 /),
    });
    expect(refusal({ api: 'anthropic' }, { tools: [FIND, FIND] })).toMatchObject({ code: 'model.tool_repeated' });
  });
});

describe('a tool choice that the endpoint does not have keeps its meaning', () => {
  it('none: nothing is offered, and no call is taken', () => {
    const planned = plan({ api: 'ollama' }, { tools: TOOLS, toolChoice: 'none' });
    expect(planned.request.tools).toBeUndefined();
    expect(planned.callable).toEqual([]);
    expect(plan({ api: 'openai-chat' }, { tools: TOOLS, toolChoice: 'none' }).request).toMatchObject({
      toolChoice: 'none',
    });
  });

  it('required: in a word where there is one, in a sentence of the instructions where there is none', () => {
    expect(plan({ api: 'cohere' }, { tools: TOOLS, toolChoice: 'required' }).request.toolChoice).toBe('required');
    const { request } = plan({ api: 'ollama' }, { tools: TOOLS, toolChoice: 'required' });
    expect(request.toolChoice).toBeUndefined();
    expect(request.messages[0]).toMatchObject({
      role: 'system',
      parts: [{ text: expect.stringContaining('calling one') }],
    });
  });

  it('a certain tool: offered alone', () => {
    const { request } = plan({ api: 'cohere' }, { tools: TOOLS, toolChoice: { name: 'clock' } });
    expect(request).toMatchObject({ toolChoice: 'required', tools: [{ name: 'clock' }] });
    const ollama = plan({ api: 'ollama' }, { tools: TOOLS, toolChoice: { name: 'clock' } }).request;
    expect(ollama.tools).toHaveLength(1);
    expect(JSON.stringify(ollama.messages[0])).toContain('`clock`');
  });

  it('the sentence joins the instructions that are there, because a second message of them is refused by some', () => {
    const messages: ModelRequest['messages'] = [
      { role: 'system', parts: [{ type: 'text', text: 'Be brief.' }] },
      userMessage('Hi'),
    ];
    const { request } = plan({ api: 'ollama' }, { messages, tools: TOOLS, toolChoice: 'required' });
    expect(request.messages).toHaveLength(2);
    expect(JSON.stringify(request.messages[0])).toContain('Be brief.\\n\\nAnswer');
  });
});

describe('names of tools', () => {
  it('are as long as the endpoint takes, begin as it wants, and come back', () => {
    const names = ['9lives', 'a'.repeat(40), 'mcp.server/tool'];
    const tools = names.map((name) => ({ name, inputSchema: {} }));
    const planned = plan({ api: 'openai-chat', tools: { nameLength: 20, nameStartsWithLetter: true } }, { tools });
    const wire = names.map((name) => planned.names.toWire(name));
    for (const name of wire) expect(name).toMatch(/^[a-zA-Z_][a-zA-Z0-9_-]{0,19}$/);
    expect(wire.map((name) => planned.names.toTool(name))).toEqual(names);
  });
});

describe('calls of the history', () => {
  it('stand in the form that the schema on the wire asks for, where it differs from the author’s', () => {
    const messages: ModelRequest['messages'] = [
      userMessage('Hi'),
      {
        role: 'assistant',
        parts: [{ type: 'tool_call', id: 'c1', name: 'find', arguments: { text: 'x', tags: { a: 1 } } }],
      },
    ];
    const written = JSON.stringify(
      body({ api: 'openai-chat', tools: { subset: 'openai-strict' } }, { messages, tools: [FIND] }),
    );
    expect(written).toContain(String.raw`\"page\":null`);
    expect(written).toContain(String.raw`\"tags\":[{\"key\":\"a\",\"value\":1}]`);
    const same = plan({ api: 'openai-chat' }, { messages, tools: [FIND] }).request.messages;
    expect(same).toBe(messages);
  });
});

describe('where a result is asked for', () => {
  const output = { schema: { type: 'object', properties: { sum: { type: 'integer' } }, required: ['sum'] } };
  const strict = { additionalProperties: false };

  it.each<[ProfileInit, JsonObject]>([
    [
      { api: 'openai-responses' },
      { text: { format: { type: 'json_schema', name: 'result', strict: true, schema: strict } } },
    ],
    [{ api: 'mistral' }, { response_format: { type: 'json_schema', json_schema: { name: 'result', schema: strict } } }],
    [{ api: 'anthropic' }, { output_config: { format: { type: 'json_schema', schema: strict } } }],
    [
      { api: 'gemini' },
      { generationConfig: { responseMimeType: 'application/json', responseSchema: { type: 'object' } } },
    ],
    [{ api: 'ollama' }, { format: { type: 'object' } }],
    [{ api: 'cohere' }, { tools: [{ function: { name: 'result' } }], tool_choice: 'REQUIRED' }],
    [
      { api: 'bedrock' },
      { toolConfig: { tools: [{ toolSpec: { name: 'result' } }], toolChoice: { tool: { name: 'result' } } } },
    ],
    [
      { api: 'openai-chat' },
      { tools: [{ function: { name: 'result' } }], tool_choice: { function: { name: 'result' } } },
    ],
    [{ api: 'openai-chat', output: { methods: ['json_object'] } }, { response_format: { type: 'json_object' } }],
    [{ api: 'openai-chat', capabilities: { tools: false } }, { response_format: { type: 'json_object' } }],
  ])('%j has its own place for it', (init, expected) => {
    expect(body(init, { output })).toMatchObject(expected);
  });

  it('beside tools it is asked for in a way that leaves them callable', () => {
    expect(body({ api: 'gemini' }, { output, tools: TOOLS })).toMatchObject({
      tools: [{ functionDeclarations: [{ name: 'get_weather' }, { name: 'clock' }, { name: 'result' }] }],
      toolConfig: { functionCallingConfig: { mode: 'ANY' } },
    });
    const ollama = plan({ api: 'ollama', output: { methods: ['json_schema', 'prompt'] } }, { output, tools: TOOLS });
    expect(ollama.output?.method).toBe('prompt');
    expect(JSON.stringify(ollama.request.messages[0])).toContain('Call tools first');
  });

  it('an agent’s own tool keeps its name', () => {
    const tools = [{ name: 'result', inputSchema: {} }];
    const planned = plan({ api: 'openai-chat' }, { output, tools });
    expect(planned.request.tools?.map(({ name }) => name)).toEqual(['result', 'result_2']);
  });
});
