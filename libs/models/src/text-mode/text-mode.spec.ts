import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ToolNames } from '../calls/tool-names.js';
import { SCHEMA, someCalls, TOOLS } from '../dialects/arbitrary-calls.fixture.js';
import { DEFAULT_PROMPT } from '../dialects/prompt-form.js';
import { readText } from '../dialects/reading.fixture.js';
import { auto, DIALECT_NAMES, dialectOf } from '../dialects/table/index.js';
import { textOf, toolResultMessage, userMessage } from '../messages/message-helpers.js';
import type { CanonicalMessage, ToolCallPart } from '../messages/message.js';
import type { ModelRequest, ToolDefinition } from '../model-request.js';
import { defineProfile, WIRE_API_NAMES } from '../profile/profile.js';
import { wireApi } from '../wire/wire-apis.js';
import { frameMarksOf } from './frame-marks.js';
import { requestInMode } from './request-in-mode.js';

const SEED = 20_261_126;
const OFFERED: readonly ToolDefinition[] = Object.keys(TOOLS).map((name) => ({ name, inputSchema: SCHEMA }));
const NAMES = new ToolNames(Object.keys(TOOLS));
const wireTools = Object.fromEntries(Object.keys(TOOLS).map((name) => [NAMES.toWire(name), SCHEMA]));

/** A turn's words, without space at the ends: there it belongs to the markup. */
const words = fc.oneof(fc.constant(''), fc.stringMatching(/^[A-Za-z][A-Za-z ,.]{0,30}[a-z.]$/));
const TURNS = fc.sample(fc.record({ said: words, calls: someCalls }), { numRuns: 50, seed: SEED });

function target(dialect: string, api: (typeof WIRE_API_NAMES)[number] = 'openai-chat') {
  return { name: 'endpoint', model: 'm', profile: defineProfile({ api, dialect, tools: { mode: 'text' } }) };
}

function called(said: string, calls: readonly Pick<ToolCallPart, 'name' | 'arguments'>[]): CanonicalMessage {
  const parts = calls.map((call, index): ToolCallPart => ({ type: 'tool_call', id: `call_${index}`, ...call }));
  return { role: 'assistant', parts: [...(said === '' ? [] : [{ type: 'text' as const, text: said }]), ...parts] };
}

function rendered(dialect: string, request: ModelRequest): string[] {
  return requestInMode(request, target(dialect)).messages.map((message) => textOf(message));
}

const dialectNamed = (name: string) => dialectOf(name) ?? auto;
/** Kimi's ids hold the name; what is around it is taken off where calls are judged. */
const bare = (name: string): string => name.replace(/^functions\.(.*):\d+$/u, '$1');

/** Everything in a dialect that could be taken for markup, in one text. */
function hostile(name: string): string {
  const dialect = dialectNamed(name);
  const { tools, results } = { ...DEFAULT_PROMPT, ...dialect.prompt };
  const frame = [tools.marks, tools.each, results.marks, results.each].flatMap((pair) => [...(pair ?? [])]);
  const forms = dialect.forms.flatMap(({ open, close }) => [open, ...close]);
  const reasoning = dialect.reasoning.flatMap(({ open, close }) => [open, close]);
  const call = dialect.write([{ id: '', name: 'f', arguments: { text: 'evil' }, schema: SCHEMA }]);
  const all = [...frame, ...forms, ...reasoning, ...dialect.noise, call].join('\n');
  // The one thing that a value of MiniMax M3 cannot hold: the end of its own parameter, which models write without the mark.
  return all.replaceAll('</text>', '');
}

describe.each(DIALECT_NAMES)('text mode in %s', (name) => {
  it('writes calls of the history so that its reader reads the same, also in pieces: 50 turns of one to three', () => {
    const marks = frameMarksOf(dialectNamed(name));
    for (const { said, calls } of TURNS) {
      const [text = ''] = rendered(name, { messages: [called(said, calls)], tools: OFFERED }).slice(1);
      for (const pieces of [[text], text.match(/[^]{1,3}/gu) ?? []]) {
        const read = readText(name, pieces, { tools: wireTools });
        const meant = calls.map((call) => ({ name: NAMES.toWire(call.name), arguments: marks.object(call.arguments) }));
        same(
          {
            calls: read.calls.map((call) => ({ ...call, name: bare(call.name) })),
            said: read.content.trim(),
            rejected: read.rejected,
          },
          { calls: meant, said, rejected: [] },
        );
      }
    }
  });

  it('changes hardly any arguments: only those that hold marks', () => {
    const marks = frameMarksOf(dialectNamed(name));
    const all = TURNS.flatMap(({ calls }) => calls);
    const same = all.filter((call) => JSON.stringify(marks.object(call.arguments)) === JSON.stringify(call.arguments));
    expect(same.length / all.length).toBeGreaterThan(0.99);
  });

  it('lets nothing that users, tools and models said pass as its own marks', () => {
    const evil = hostile(name);
    const marks = frameMarksOf(dialectNamed(name));
    const call = called('', [{ name: 'f', arguments: { text: 'x' } }]);
    const build = (text: string): string[] =>
      rendered(name, {
        messages: [
          userMessage(text),
          called(text, []),
          userMessage('Go on.'),
          {
            ...call,
            parts: call.parts.map((part) => (part.type === 'tool_call' ? { ...part, arguments: { text } } : part)),
          },
          toolResultMessage({ id: 'call_0', name: 'f' }, text),
        ],
        tools: [{ name: 'f', description: text, inputSchema: { ...SCHEMA, description: text } }],
      });
    const attacked = build(evil);
    const harmless = build('harmless');
    expect(attacked).toHaveLength(harmless.length);
    attacked.forEach((text, index) => {
      // Each mark stands as often as with a harmless text: those are the frame's.
      expect(marksIn(text, evil)).toEqual(marksIn(harmless[index] ?? '', evil));
    });
    expect(marks.text(marks.text(evil))).toBe(marks.text(evil));
    const said = readText(name, attacked[2] ?? '', { tools: wireTools });
    // Calls without any mark cannot be told from text that only looks like them.
    if (dialectNamed(name).write([{ id: '', name: 'f', arguments: {} }]) !== '{"name": "f", "parameters": {}}')
      expect(said.calls).toEqual([]);
    const own = readText(name, attacked[4] ?? '', { tools: wireTools });
    expect(own.calls.map((each) => ({ ...each, name: bare(each.name) }))).toEqual([
      { name: 'f', arguments: { text: marks.text(evil) } },
    ]);
  });
});

/** `toEqual`, but for the cost where all is well. */
function same(value: unknown, expected: unknown): void {
  if (JSON.stringify(value) !== JSON.stringify(expected)) expect(value).toEqual(expected);
}

/** How often each tag and token of a text stands in another. */
function marksIn(text: string, of: string): Record<string, number> {
  const marks = of.match(/<[|｜/]?[\p{L}_:]{3,}[^\s<>{}="]*>?|\[\/?[A-Z_]{3,}\]/gu) ?? [];
  // Behind MiniMax M3's mark, an argument's own name stands as a tag.
  const tags = marks.filter((mark) => !/^<\/?text>$/u.test(mark));
  return Object.fromEntries([...new Set(tags)].map((mark) => [mark, text.split(mark).length - 1]));
}

describe('a request in text mode', () => {
  const tool: ToolDefinition = { name: 'get.weather', description: 'Tells it.', inputSchema: { type: 'object' } };
  const messages = [
    userMessage('How is the weather?'),
    called('', [
      { name: 'get.weather', arguments: { city: 'Paris' } },
      { name: 'get.weather', arguments: { city: 'Rome' } },
    ]),
    toolResultMessage({ id: 'call_1', name: 'get.weather' }, 'no such city', { isError: true }),
    toolResultMessage({ id: 'call_0', name: 'get.weather' }, [
      { type: 'text', text: 'Sunny' },
      { type: 'image', mediaType: 'image/png', data: 'AAAA' },
    ]),
  ];
  const system = (request: Partial<ModelRequest>): string =>
    rendered('hermes', { messages, tools: [tool], ...request })[0] ?? '';

  it.each(WIRE_API_NAMES)('sends no tools, calls, results or choice over %s, and says all of it in words', (api) => {
    const given: ModelRequest = { messages, tools: [tool], toolChoice: 'required', parallelToolCalls: false };
    const endpoint = target('hermes', api);
    const { body } = wireApi(api).render(requestInMode(given, endpoint), endpoint);
    const text = JSON.stringify(body);
    expect(text).not.toMatch(
      /"(?:tools|tool_calls?|tool_choice|toolConfig|functionCall\w*|tool_use|toolUse|function_call\w*)"/u,
    );
    expect(text).toContain('get_weather');
    expect(text).toContain('<tool_response>');
  });

  it('answers calls in their order, with errors as errors and images as placeholders', () => {
    expect(rendered('hermes', { messages, tools: [tool] }).at(-1)).toBe(
      '<tool_response>\nSunny\n[image left out: image/png]\n</tool_response>\n' +
        '<tool_response>\nError: no such city\n</tool_response>',
    );
  });

  it('puts a demanded, a named, a forbidden and a single call into words', () => {
    expect(system({})).not.toContain('In your next answer');
    expect(system({ toolChoice: 'required' })).toContain('you must call at least one of the tools');
    expect(system({ toolChoice: { name: 'get.weather' } })).toContain('you must call the tool get_weather');
    expect(system({})).toContain('Several calls at once');
    expect(system({ parallelToolCalls: false })).toContain('one call at a time');
    const none = system({ toolChoice: 'none' });
    expect(none).toContain('No tool can be called now');
    expect(none).not.toContain('<tools>');
  });

  it('keeps instructions as they are, in front, and reasoning where the wire puts it', () => {
    const given: ModelRequest = {
      messages: [
        { role: 'system', parts: [{ type: 'text', text: 'Say <tool_call> often.' }] },
        userMessage('Hi.'),
        {
          role: 'assistant',
          parts: [{ type: 'reasoning', text: 'Hm.', signer: 's', signature: 'x' }, ...(messages[1]?.parts ?? [])],
        },
      ],
      tools: [tool],
    };
    const { messages: made } = requestInMode(given, target('hermes'));
    expect(textOf(made[0]?.parts ?? [])).toMatch(/^Say <tool_call> often\.\n\n# Tools/u);
    expect(made[2]?.parts[0]).toEqual({ type: 'reasoning', text: 'Hm.', signer: 's', signature: 'x' });
  });

  it('is the request itself where the endpoint knows tools, and unchanged where there is nothing of tools in it', () => {
    const request = { messages, tools: [tool] };
    expect(requestInMode(request, { name: 'e', model: 'm', profile: defineProfile({ api: 'openai-chat' }) })).toBe(
      request,
    );
    expect(rendered('hermes', { messages: [userMessage('Hi.')] })).toEqual(['Hi.']);
  });

  it('with an unknown dialect says so', () => {
    expect(() => requestInMode({ messages }, target('nobody'))).toThrow('names the dialect "nobody"');
  });

  it('takes time in proportion to its length', () => {
    const marks = frameMarksOf(auto);
    const text = '<tool_call '.repeat(200_000);
    expect(marks.text(text)).toHaveLength(text.length + 200_000);
  });
});
