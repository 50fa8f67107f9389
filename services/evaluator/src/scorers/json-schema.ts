import type { JsonObject } from '@switchyard/contracts';
import { readProblems, shorten } from '../suite/problems.js';
import { compileSchema, schemaProblems } from './compile-schema.js';
import { judgeInTime, TOO_LONG } from './judge-in-time.js';
import { outputJson } from './output-text.js';
import { defineScorer, fail, pass } from './scorer.js';

interface Options {
  schema: JsonObject;
}

/** The output is JSON, or text that holds JSON, and satisfies a JSON Schema (2020-12; draft-07 where `$schema` says so). */
export const jsonSchema = defineScorer<Options>({
  type: 'json_schema',
  properties: { schema: { type: 'object' } },
  required: ['schema'],
  check: ({ schema }) => schemaProblems(schema, 'schema'),
  judge: ({ output }, { schema }) => {
    const json = outputJson(output);
    if (json === undefined) return fail(`is not JSON: ${shorten(output, 120)}`);
    const validate = compileSchema(schema);
    const satisfies = judgeInTime(() => validate(json) as boolean);
    if (satisfies === 'late') return fail(`checking ${TOO_LONG}; simplify the schema's patterns`);
    if (satisfies) return pass('satisfies the schema');
    const [problem] = readProblems(validate.errors ?? []);
    return fail(`${problem?.path ?? '(root)'}: ${problem?.reason ?? 'does not satisfy the schema'}`);
  },
});
