import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { JsonObject, JsonValue } from '../json.js';
import { isJsonObject } from '../json.js';
import { checkValue } from './check-value.js';
import { samples } from './generate.fixture.js';
import type { OutputAbilities, OutputMethod, OutputPlan } from './structured-output.js';
import { OUTPUT_METHODS, readStructuredOutput, structuredOutput } from './structured-output.js';
import { wireArguments } from './wire-arguments.js';

const CAN: OutputAbilities = { methods: OUTPUT_METHODS, schemaSubset: 'openai-strict', toolSubset: 'json-schema' };
const POINT: JsonObject = {
  type: 'object',
  properties: { x: { type: 'integer', minimum: 0 }, label: { type: 'string' } },
  required: ['x'],
};

function planFor(schema: JsonObject, ...methods: OutputMethod[]): OutputPlan {
  const plan = structuredOutput(schema, { ...CAN, methods });
  if (!plan.ok) throw new Error(plan.reason);
  return plan;
}
const read = (plan: OutputPlan, text: string) => readStructuredOutput(plan, { text });

describe('how a value is asked for', () => {
  it('by the surest method that the backend has', () => {
    expect(structuredOutput(POINT, CAN)).toMatchObject({
      method: 'json_schema',
      schema: { additionalProperties: false },
    });
    expect(planFor(POINT, 'prompt', 'json_object', 'tool')).toMatchObject({
      method: 'tool',
      tool: { name: 'result', inputSchema: POINT },
      toolChoice: { name: 'result' },
    });
    expect(planFor(POINT, 'prompt', 'json_object').instructions).toContain('one JSON object');
    expect(planFor(POINT, 'prompt').instructions).toContain(JSON.stringify(POINT));
  });

  it('a schema that the surest method does not take goes to the next, with the reason', () => {
    const tree: JsonObject = { type: 'object', properties: { next: { $ref: '#' } } };
    const plan = structuredOutput(tree, { ...CAN, schemaSubset: 'anthropic-output' });
    expect(plan).toMatchObject({
      ok: true,
      method: 'tool',
      passedOver: [{ method: 'json_schema', code: 'recursive_schema' }],
    });
  });

  it('a schema that cannot be used is refused, and so is a backend without a method', () => {
    expect(structuredOutput({ $ref: 'https://example.com/x' }, CAN)).toMatchObject({
      ok: false,
      code: 'remote_reference',
    });
    expect(structuredOutput({ type: 'thing' }, CAN)).toMatchObject({ ok: false, code: 'invalid_schema' });
    expect(structuredOutput(POINT, { ...CAN, methods: [] })).toMatchObject({ ok: false, code: 'inexpressible' });
  });

  it.each(['json_schema', 'tool', 'json_object'] as const)(
    '%s: a root that is no object becomes the member of one',
    (method) => {
      const list: JsonObject = { type: 'array', items: { $ref: '#/$defs/n' }, $defs: { n: { type: 'integer' } } };
      const plan = planFor(list, method);
      const asked = plan.schema ?? plan.tool?.inputSchema ?? plan.projection.schema;
      expect(asked).toMatchObject({ type: 'object', required: ['value'] });
      expect(checkValue(asked, { value: [1] })).toEqual({ ok: true });
      expect(checkValue(asked, { value: ['a'] })).toMatchObject({ code: 'invalid_value' });
      expect(readStructuredOutput(plan, { arguments: { value: [1, 2] } })).toMatchObject({ ok: true, value: [1, 2] });
      expect(read(planFor(list, 'prompt'), '[1]')).toMatchObject({ ok: true, value: [1] });
    },
  );
});

describe('how an answer is read', () => {
  const plan = planFor(POINT, 'prompt');

  it('one JSON value, with or without a fence around the whole', () => {
    for (const text of [
      '{"x":1}',
      ' \n{"x":1}\n',
      '```json\n{"x":1}\n```',
      '```\r\n{"x":1}\r\n```',
      '~~~JSON\n{"x":1}~~~',
    ])
      expect(read(plan, text)).toEqual({ ok: true, value: { x: 1 }, coercions: [] });
    const text = planFor({ type: 'string' }, 'prompt');
    expect(read(text, '```json\n"a ``` b"\n```')).toMatchObject({ ok: true, value: 'a ``` b' });
  });

  it.each([
    ['words before it', 'Here it is: {"x":1}'],
    ['words after it', '{"x":1} Done.'],
    ['a fence in the middle', 'Sure:\n```json\n{"x":1}\n```'],
    ['two fences', '```json\n{"x":1}\n```\n```json\n{"x":2}\n```'],
    ['two values', '{"x":1}{"x":2}'],
    ['a comment', '{"x":1 /* one */}'],
    ['a trailing comma', '{"x":1,}'],
    ['an end that is missing', '{"x":1'],
    ['single quotes', "{'x':1}"],
    ['a fence that is not closed', '```json\n{"x":1}'],
    ['nesting without end', '['.repeat(50_000)],
  ])('nothing is made of an answer with %s', (_, text) => {
    expect(read(plan, text)).toMatchObject({
      ok: false,
      code: 'not_json',
      reason: expect.stringContaining('one JSON value'),
    });
  });

  it('an answer that was cut or refused is no value, even where it can be read as one', () => {
    const number = planFor({ type: 'integer' }, 'prompt');
    expect(readStructuredOutput(number, { text: '12' }, 'length')).toMatchObject({ ok: false, code: 'truncated' });
    expect(readStructuredOutput(number, { text: '12' }, 'refused')).toMatchObject({ ok: false, code: 'refused' });
    expect(readStructuredOutput(number, { text: '12' }, 'stop')).toMatchObject({ ok: true, value: 12 });
    expect(read(number, '  ')).toMatchObject({ ok: false, code: 'empty' });
  });

  it('a value that the author does not allow is refused with what is wrong, though the wire could not say it', () => {
    const strict = planFor(POINT, 'json_schema');
    expect(read(strict, '{"x":-1,"label":null}')).toMatchObject({
      code: 'invalid_value',
      reason: expect.stringContaining('x must be >= 0'),
    });
    expect(read(strict, '{"x":1,"label":null}')).toMatchObject({
      ok: true,
      value: { x: 1 },
      coercions: [{ code: 'null_removed', detail: 'label is optional' }],
    });
    expect(read(strict, '[]')).toMatchObject({
      code: 'invalid_value',
      reason: expect.stringContaining('the value must be object'),
    });
  });

  it('what can be read in two ways is not read', () => {
    const map = planFor({ type: 'object', additionalProperties: { type: 'integer' } }, 'json_schema');
    expect(read(map, '{"value":[{"key":"a","value":1},{"key":"a","value":2}]}')).toMatchObject({
      ok: false,
      code: 'unclear',
    });
    expect(read(map, '{"value":[{"key":"a","value":1}]}')).toMatchObject({ ok: true, value: { a: 1 } });
  });

  it.each(OUTPUT_METHODS)('%s: any value that fits any schema comes through as it is', (method) => {
    fc.assert(
      fc.property(samples, ({ schema, value }) => {
        const author = isJsonObject(schema) ? schema : {};
        fc.pre(checkValue(author, value).ok);
        const asked = structuredOutput(author, { ...CAN, schemaSubset: 'grammar', methods: [method] });
        fc.pre(asked.ok || asked.code === 'inexpressible');
        if (!asked.ok) return;
        const wire: JsonValue = wireArguments(asked.projection, value);
        expect(read(asked, JSON.stringify(wire))).toEqual({ ok: true, value, coercions: expect.any(Array) });
        expect(read(asked, `\`\`\`json\n${JSON.stringify(wire, null, 2)}\n\`\`\``)).toEqual({
          ok: true,
          value,
          coercions: expect.any(Array),
        });
      }),
    );
  });
});
