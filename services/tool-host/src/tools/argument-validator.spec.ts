import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@switchyard/contracts';
import { ArgumentValidator } from './argument-validator.js';
import { defineTool } from './definition.js';

const tool = (parameters: JsonObject) =>
  defineTool({
    name: 'weather',
    description: '',
    parameters,
    pool: 'default',
    effect: 'pure',
    timeoutMs: 1_000,
    maxOutputBytes: 1_000,
    source: 'builtin',
  });
const thrownBy = (fn: () => void): unknown => {
  try {
    fn();
  } catch (error) {
    return error;
  }
  return undefined;
};

describe('argument validator', () => {
  const validator = new ArgumentValidator();
  const weather = tool({
    type: 'object',
    properties: { city: { type: 'string' }, days: { type: 'integer', minimum: 1 }, unit: { enum: ['C', 'F'] } },
    required: ['city'],
    additionalProperties: false,
  });

  it('lets arguments pass that fit', () => {
    expect(() => validator.check(weather, { city: 'Oslo', days: 2 })).not.toThrow();
  });

  it('is not held up by a pattern that has no end', () => {
    const trap = tool({ type: 'object', properties: { city: { type: 'string', pattern: '^(a+)+$' } } });
    expect(thrownBy(() => validator.check(trap, { city: `${'a'.repeat(60)}!` }))).toMatchObject({
      code: 'tool.invalid_arguments',
    });
    expect(() => validator.check(trap, { city: 'aaa' })).not.toThrow();
  });

  it('names the path of every fault', () => {
    const error = thrownBy(() => validator.check(weather, { days: 0, unit: 'K', wind: true }));
    expect(error).toMatchObject({ code: 'tool.invalid_arguments', retryable: false });
    expect(String(error)).toContain("/ must have required property 'city'");
    expect(String(error)).toContain('/days must be >= 1');
    expect(String(error)).toContain('/unit must be equal to one of the allowed values: C, F');
    expect(String(error)).toContain('"wind"');
  });

  it('never fetches a remote reference: the schema is refused', () => {
    const remote = tool({ type: 'object', properties: { a: { $ref: 'https://example.com/schema.json' } } });
    expect(thrownBy(() => validator.prepare(remote))).toMatchObject({ code: 'tool.schema_invalid' });
  });

  it('refuses a schema that is none, of an unknown dialect, or not of an object', () => {
    for (const schema of [
      { type: 'banana' },
      { $schema: 'http://json-schema.org/draft-03/schema#', type: 'object' },
      { type: 'array' },
      { type: 'object', properties: { a: { type: 'string', pattern: '(' } } },
    ]) {
      expect(thrownBy(() => validator.prepare(tool(schema)))).toMatchObject({ code: 'tool.schema_invalid' });
    }
  });

  it('reads draft-07 and 2020-12, and two schemas with one $id', () => {
    const draft7 = tool({
      $schema: 'http://json-schema.org/draft-07/schema#',
      $id: 'same',
      type: 'object',
      properties: { pair: { type: 'array', items: [{ type: 'string' }, { type: 'number' }] } },
    });
    const latest = tool({
      $id: 'same',
      type: 'object',
      properties: { pair: { type: 'array', prefixItems: [{ type: 'number' }] } },
    });
    expect(() => validator.check(draft7, { pair: ['a', 1] })).not.toThrow();
    expect(() => validator.check(draft7, { pair: [1, 'a'] })).toThrow(/pair/);
    expect(() => validator.check(latest, { pair: [1] })).not.toThrow();
    expect(() => validator.check(latest, { pair: ['a'] })).toThrow(/pair/);
  });
});
