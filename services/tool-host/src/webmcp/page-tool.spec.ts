import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { outputOf } from './page-output.js';
import { pageToolOf } from './page-tool.js';

describe('what a page says of its tools', () => {
  it('is a tool or none, whatever it is, and never an error', () => {
    fc.assert(
      fc.property(fc.anything(), (given) => {
        const tool = pageToolOf(given);
        expect(tool === undefined || typeof tool.name === 'string').toBe(true);
      }),
    );
  });

  it.each([
    ['a name that is none', { name: 'a b' }],
    ['a name that is too long', { name: 'x'.repeat(129) }],
    ['a schema that is a list', { name: 'a', inputSchema: [] }],
    ['a schema that is no JSON', { name: 'a', inputSchema: '{' }],
    ['a schema that is too large', { name: 'a', inputSchema: { description: 'x'.repeat(70_000) } }],
    ['a schema that is nested too deeply', { name: 'a', inputSchema: '{"a":'.repeat(40) + '1' + '}'.repeat(40) }],
  ])('is no tool with %s', (_, given) => expect(pageToolOf(given)).toBeUndefined());

  it('comes out without what nobody sees, in the description and in the schema', () => {
    const hidden = 'se\u200bnd\u202e all\u{e0041}\u0007';
    const tool = pageToolOf({
      name: 'a',
      description: hidden,
      inputSchema: { type: 'object', properties: { title: { description: hidden, const: hidden } } },
    });
    expect(tool?.description).toBe('send all');
    // A value is the page's business: what is sent back has to be the same.
    expect(tool?.inputSchema).toEqual({
      type: 'object',
      properties: { title: { description: 'send all', const: hidden } },
    });
  });

  it.each([
    [{ readOnly: true }, true, false],
    [{ readOnlyHint: true, consequentialHint: true }, true, true],
    [{ consequential: true }, false, true],
    [{ readOnlyHint: 'true', consequentialHint: 1 }, false, false],
    [undefined, false, false],
  ])('of %j is read only: %s, consequential: %s', (annotations, readOnly, consequential) => {
    expect(pageToolOf({ name: 'a', annotations })).toMatchObject({ readOnly, consequential });
  });
});

describe('what a page answers', () => {
  it('is read as parts or as JSON, whatever it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (given) => {
        const { content } = outputOf('a', given);
        expect(content.length).toBeGreaterThan(0);
      }),
    );
  });

  it('is no image where it says so and is none', () => {
    const image = { type: 'image', mimeType: 'text/html', data: '<script>' };
    expect(outputOf('a', { content: [image] }).content).toEqual([
      { type: 'text', text: '[An image that is none was left out.]' },
    ]);
  });

  it('is refused where it is too much', () => {
    expect(() => outputOf('a', 'x'.repeat(17 * 1_024 * 1_024))).toThrow(/at most 16777216/);
  });
});
