import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { doubtOf } from '../calls/argument-doubts.js';
import { SCHEMA, someCalls, TOOLS } from '../dialects/arbitrary-calls.fixture.js';
import type { JsonObject } from '../json.js';
import { isJsonObject } from '../json.js';
import { textOf, toolResultMessage, userMessage } from '../messages/message-helpers.js';
import type { CanonicalMessage, ToolCallPart } from '../messages/message.js';
import type { ModelRequest, ToolDefinition } from '../model-request.js';
import type { ModelEvent } from '../model-response.js';
import { defineProfile } from '../profile/profile.js';
import { SUBSET_NAMES } from '../schema/projection.js';
import { AnswerBuilder } from '../wire/answer-builder.js';
import { hermes } from '../dialects/table/json-marks.js';
import { constrainedPlan } from './constrained-plan.js';
import { frameMarksOf } from './frame-marks.js';
import { requestInMode } from './request-in-mode.js';
import { TextMember } from './text-member.js';

const OFFERED: readonly ToolDefinition[] = Object.keys(TOOLS).map((name) => ({ name, inputSchema: SCHEMA }));
const NODE: JsonObject = {
  type: 'object',
  properties: { next: { $ref: '#/$defs/node' } },
  required: ['next'],
  $defs: { node: { type: 'object', properties: { value: { type: 'integer' } }, required: ['value'] } },
};

function target(subset: (typeof SUBSET_NAMES)[number] = 'json-schema', dialect = '') {
  const profile = defineProfile({ api: 'openai-chat', dialect, tools: { mode: 'constrained' }, output: { subset } });
  return { name: 'endpoint', model: 'm', profile };
}

/** Reads an answer's text, in pieces. */
function read(request: ModelRequest, pieces: readonly string[], endpoint = target(), finish = 'stop') {
  let minted = 0;
  const answer = new AnswerBuilder({ target: endpoint, request, mintCallId: () => `call_${++minted}` });
  const events: ModelEvent[] = pieces.flatMap((piece) => answer.addText(piece));
  answer.rawFinishReason = finish;
  events.push(...answer.finish());
  const shown = events.flatMap((event) => (event.type === 'text_delta' ? [event.text] : [])).join('');
  const last = events.at(-1);
  if (last?.type !== 'response') throw new Error('no response');
  return { shown, ...last.response };
}

/** Takes 24 members that may be left out, and these tools have more: they are written as text. */
const FEW_OPTIONALS = 'anthropic-output';

function withoutNulls(call: { name: string; arguments: JsonObject }): { name: string; arguments: JsonObject } {
  const members = Object.entries(call.arguments).filter(([, value]) => value !== null);
  return { ...call, arguments: Object.fromEntries(members) };
}

const contents = (calls: readonly ToolCallPart[]) =>
  calls.map(({ name, arguments: args }) => ({ name, arguments: args }));

describe('constrained mode', () => {
  it.each(SUBSET_NAMES.filter((subset) => subset !== FEW_OPTIONALS))(
    'reads the calls that it writes in a history, for endpoints that take %s',
    (subset) => {
      const endpoint = target(subset);
      const marks = frameMarksOf(hermes);
      const turn = fc.record({ said: fc.string({ unit: 'grapheme' }), calls: someCalls });
      fc.assert(
        fc.property(turn, fc.integer({ min: 1, max: 9 }), ({ said, calls }, size) => {
          // Whole numbers beyond 2^53 are not executed, whoever wrote them.
          fc.pre(calls.every((call) => doubtOf(JSON.stringify(call.arguments), call.arguments) === undefined));
          const parts = calls.map((call, index): ToolCallPart => ({ type: 'tool_call', id: `call_${index}`, ...call }));
          const message: CanonicalMessage = { role: 'assistant', parts: [{ type: 'text', text: said }, ...parts] };
          const request = { messages: [userMessage('Go.'), message], tools: OFFERED };
          const written = textOf(requestInMode(request, endpoint).messages[2] ?? []);
          const pieces = Array.from({ length: Math.ceil(written.length / size) }, (_, at) =>
            written.slice(at * size, (at + 1) * size),
          );
          const answer = read(request, pieces, endpoint);
          expect(answer.rejectedCalls).toEqual([]);
          const meant = calls.map((call) => ({ name: call.name, arguments: marks.object(call.arguments) }));
          // Where all members are required, what was left out comes as null if null is allowed.
          expect(contents(answer.toolCalls).map(withoutNulls)).toEqual(meant.map(withoutNulls));
          expect(answer.shown).toBe(marks.text(said));
        }),
        { numRuns: 60, seed: 20_261_126 },
      );
    },
  );

  it('holds the answer to one alternative for each tool, whose references go on meaning its own schema', () => {
    const tools = [{ name: 'walk', inputSchema: NODE }, ...OFFERED];
    for (const subset of SUBSET_NAMES.filter((each) => each !== FEW_OPTIONALS)) {
      const plan = constrainedPlan({ messages: [], tools }, target(subset).profile);
      expect(JSON.stringify(plan?.schema)).toContain('"walk"');
    }
    const request = { messages: [userMessage('Go.')], tools };
    const call = (next: JsonObject): string =>
      JSON.stringify({ text: '', calls: [{ name: 'walk', arguments: { next } }] });
    expect(read(request, [call({ value: 1 })]).toolCalls).toHaveLength(1);
    expect(read(request, [call({ value: 'x' })]).rejectedCalls.map(({ code }) => code)).toEqual(['invalid_arguments']);
  });

  it('executes nothing of an answer that is cut anywhere within its calls', () => {
    const request = { messages: [userMessage('Go.')], tools: OFFERED };
    const whole = JSON.stringify({ text: 'I look.', calls: [{ name: 'f', arguments: { text: 'x' } }] });
    for (let end = whole.indexOf('"name":') + 7; end < whole.length; end++) {
      for (const finish of ['stop', 'length']) {
        const { toolCalls, rejectedCalls, shown } = read(request, [whole.slice(0, end)], target(), finish);
        expect(toolCalls).toEqual([]);
        expect(rejectedCalls.map(({ code }) => code)).toEqual([
          expect.stringMatching(/^(?:truncated|malformed_call)$/u),
        ]);
        expect(shown).toBe('I look.');
      }
    }
  });

  it('reads what is no such object as any text of the endpoint', () => {
    const request = { messages: [userMessage('Go.')], tools: OFFERED };
    expect(read(request, ['Just ', 'words.']).shown).toBe('Just words.');
    expect(read(request, ['{', 'braces} are', ' fun']).shown).toBe('{braces} are fun');
    const hermesCall = '<tool_call>{"name": "f", "arguments": {"text": "x"}}</tool_call>';
    expect(contents(read(request, [hermesCall]).toolCalls)).toEqual([{ name: 'f', arguments: { text: 'x' } }]);
    expect(read(request, ['{"calls": [], "text": "in another order"}']).shown).toBe('in another order');
  });

  it('keeps what the caller adds to the body, and the schema beside it', () => {
    const profile = defineProfile({ api: 'gemini', tools: { mode: 'constrained' } });
    const request = {
      messages: [userMessage('Go.')],
      tools: OFFERED,
      extraBody: { generationConfig: { topK: 3 }, labels: { a: 'b' } },
    };
    const { extraBody, tools } = requestInMode(request, { name: 'e', model: 'm', profile });
    expect(tools).toBeUndefined();
    const generation = extraBody?.['generationConfig'];
    expect(isJsonObject(generation) && generation['topK']).toBe(3);
    expect(isJsonObject(generation) && generation['responseMimeType']).toBe('application/json');
    expect(extraBody?.['labels']).toEqual({ a: 'b' });
  });

  it('writes tools as text where the schema cannot be said, and where no call is allowed', () => {
    expect(constrainedPlan({ messages: [], tools: OFFERED }, target(FEW_OPTIONALS).profile)).toBeUndefined();
    const optional = Array.from({ length: 30 }, (_, index) => [`p${index}`, { type: 'string' }]);
    const unsayable = { name: 'f', inputSchema: { type: 'object', properties: Object.fromEntries(optional) } };
    for (const request of [
      { messages: [userMessage('Go.')], tools: [unsayable] },
      {
        messages: [userMessage('Go.'), toolResultMessage({ id: 'x', name: 'f' }, '1')],
        tools: OFFERED,
        toolChoice: 'none' as const,
      },
    ]) {
      const made = requestInMode(request, target(FEW_OPTIONALS));
      expect(made.tools).toBeUndefined();
      expect(made.extraBody).toBeUndefined();
    }
  });
});

describe('the text member of an object that is still arriving', () => {
  it('is the same however the object is cut, and never shows what is not part of it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 7 }), (text, size) => {
        const escaped = JSON.stringify(text).replace(/[^\x20-\x7e]/gu, (one) =>
          [...one]
            .flatMap((each) => each.split(''))
            .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
            .join(''),
        );
        for (const written of [
          `{"text":${JSON.stringify(text)},"calls":[]}`,
          ` { "text" : ${escaped} , "calls":["text"]}`,
        ]) {
          const member = new TextMember();
          let shown = '';
          for (let at = 0; at < written.length; at += size) shown += member.push(written.slice(at, at + size));
          expect(shown).toBe(text);
        }
      }),
      { numRuns: 300, seed: 20_261_126 },
    );
  });

  it('takes time in proportion to its length, also of what never becomes one', () => {
    for (const piece of [' ', 'x', '\\u0041', '{']) {
      const member = new TextMember();
      member.push('{"text":"');
      for (let count = 0; count < 100_000; count++) member.push(piece);
      const other = new TextMember();
      for (let count = 0; count < 100_000; count++) other.push(piece);
      expect(other.push('')).toBe('');
    }
  });
});
