import { describe, expect, it } from '@jest/globals';
import { canonicalJson, type JsonObject } from '@switchyard/contracts';
import fc from 'fast-check';
import { fieldChanges } from './field-changes.js';

const json = fc
  .dictionary(fc.stringMatching(/^[a-z]{1,4}$/), fc.jsonValue({ maxDepth: 3 }))
  .map((value) => JSON.parse(JSON.stringify(value)) as JsonObject);

describe('the changes between two documents', () => {
  it('are none exactly where both are the same', () => {
    fc.assert(
      fc.property(json, json, (a, b) => {
        expect(fieldChanges(a, JSON.parse(JSON.stringify(a)) as JsonObject)).toEqual([]);
        const same = canonicalJson(a) === canonicalJson(b);
        expect(fieldChanges(a, b).length === 0).toBe(same);
      }),
    );
  });

  it('name the place, what was there and what is there now', () => {
    const before: JsonObject = { name: 'a', tools: ['x', 'y'], model: { backend: 'one' } };
    const after: JsonObject = { name: 'a', tools: ['x', 'z', 'w'], model: { min_context: 8 } };
    expect(fieldChanges(before, after)).toEqual([
      { path: 'model.backend', before: 'one' },
      { path: 'model.min_context', after: 8 },
      { path: 'tools[1]', before: 'y', after: 'z' },
      { path: 'tools[2]', after: 'w' },
    ]);
  });
});
