import { describe, expect, it } from '@jest/globals';
import { create, ToolDefinitionSchema, type JsonObject } from '@switchyard/contracts';
import type { ToolOutput } from '../tools/tool.js';
import { checkedOutput } from './checked-output.js';

const SCHEMA: JsonObject = {
  type: 'object',
  properties: { price: { type: 'number' }, currency: { enum: ['EUR', 'NOK'] } },
  required: ['price'],
};
const tool = (resultSchema: JsonObject | undefined = SCHEMA) =>
  create(ToolDefinitionSchema, { name: 'shop_quote', ...(resultSchema ? { resultSchema } : {}) });
const said = (text: string, more: Partial<ToolOutput> = {}): ToolOutput => ({
  content: [{ type: 'text', text }],
  ...more,
});

describe('what a tool with a result schema gives', () => {
  it.each([
    ['its structured content fits', said('12 euros', { structured: { price: 12, currency: 'EUR' } })],
    ['its only text is such a structure', said('{"price":12}')],
    ['it says itself that it failed', said('No', { isError: true })],
  ])('is given as it is where %s', (_, output) => {
    for (const effect of ['pure', 'irreversible'] as const) expect(checkedOutput(tool(), output, effect)).toBe(output);
  });

  it.each([
    ['is of another type', said('x', { structured: { price: 'twelve' } }), '/price must be number'],
    ['lacks what is required', said('x', { structured: {} }), "must have required property 'price'"],
    [
      'has a value that is none of those named',
      said('x', { structured: { price: 1, currency: 'USD' } }),
      '/currency must be',
    ],
    ['is a list', said('x', { structured: [1] }), 'no structured content'],
    ['is words alone', said('twelve euros'), 'no structured content'],
    [
      'is of two parts',
      said('{"price":1}', {
        content: [
          { type: 'text', text: '{"price":1}' },
          { type: 'text', text: '' },
        ],
      }),
      'no structured content',
    ],
  ])('that %s is an error where nothing was done, and given with a note where something was', (_, output, why) => {
    expect(() => checkedOutput(tool(), output, 'pure')).toThrow(
      expect.objectContaining({ code: 'tool.invalid_result', message: expect.stringContaining(why) }),
    );
    const given = checkedOutput(tool(), output, 'irreversible');
    expect(given.content.slice(0, -1)).toEqual(output.content);
    expect(given.content.at(-1)).toMatchObject({ text: expect.stringContaining(`${why}`) });
    expect(given.content.at(-1)).toMatchObject({ text: expect.stringContaining('The call was performed') });
  });

  it('is not held against a schema that cannot be used, nor where there is none', () => {
    const output = said('twelve');
    expect(checkedOutput(tool({}), said('{}'), 'pure')).toEqual(said('{}'));
    expect(checkedOutput(create(ToolDefinitionSchema, { name: 'plain' }), output, 'pure')).toBe(output);
    const broken = tool({ type: 'object', properties: { a: { $ref: 'https://example.com/a' } } });
    expect(checkedOutput(broken, said('x', { structured: { a: 1 } }), 'pure').content).toHaveLength(1);
  });
});
