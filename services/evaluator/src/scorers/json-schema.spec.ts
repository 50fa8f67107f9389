import { describe, expect, it } from '@jest/globals';
import { jsonSchema } from './json-schema.js';
import { judge, problemsOf, run } from './scorer.fixture.js';

const schema = {
  type: 'object',
  properties: { city: { type: 'string' }, people: { type: 'integer' } },
  required: ['city'],
};

describe('json_schema', () => {
  it.each([
    ['JSON', { city: 'Berlin', people: 3 }],
    ['the text of JSON', '{"city":"Berlin"}'],
    ['a fenced block', '```json\n{"city":"Berlin"}\n```'],
  ])('passes %s that satisfies the schema', (_, output) => {
    expect(judge(jsonSchema, { schema }, run({ output })).passed).toBe(true);
  });

  it('says where the output does not satisfy it', () => {
    expect(judge(jsonSchema, { schema }, run({ output: { people: 3 } })).reason).toBe('city: is missing');
    expect(judge(jsonSchema, { schema }, run({ output: { city: 1 } })).reason).toBe('city: is 1; it must be string');
    expect(judge(jsonSchema, { schema }, run({ output: 'Berlin' })).reason).toBe('is not JSON: "Berlin"');
  });

  it('knows draft-07 by its name', () => {
    const draft = { $schema: 'http://json-schema.org/draft-07/schema#', type: 'string' };
    expect(judge(jsonSchema, { schema: draft }, run({ output: '"x"' })).passed).toBe(true);
  });

  it('stops a runaway pattern in the schema, however often it stands there', () => {
    const slow = { type: 'array', items: { type: 'string', pattern: '^(a+)+$' } };
    const output = Array.from({ length: 100 }, () => `${'a'.repeat(50)}!`);
    expect(judge(jsonSchema, { schema: slow }, run({ output })).reason).toContain('was stopped');
  });

  it('refuses a schema that is none', () => {
    expect(problemsOf(jsonSchema, { schema: { type: 'strng' } })).toEqual([expect.stringContaining('cannot be used')]);
    expect(problemsOf(jsonSchema, { schema: { $ref: 'https://example.com/other' } })).toHaveLength(1);
    expect(problemsOf(jsonSchema, {})).toEqual(['schema: is missing']);
  });
});
