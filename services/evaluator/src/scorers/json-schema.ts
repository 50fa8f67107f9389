import type { JsonObject } from '@switchyard/contracts';
import { Ajv, type Options as AjvOptions, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { readProblems, shorten } from '../suite/problems.js';
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
  check: ({ schema }) => {
    try {
      compile(schema);
      return [];
    } catch (error) {
      return [{ path: 'schema', reason: `cannot be used: ${error instanceof Error ? error.message : String(error)}` }];
    }
  },
  judge: ({ output }, { schema }) => {
    const json = outputJson(output);
    if (json === undefined) return fail(`is not JSON: ${shorten(output, 120)}`);
    const validate = compile(schema);
    const satisfies = judgeInTime(() => validate(json) as boolean);
    if (satisfies === 'late') return fail(`checking ${TOO_LONG}; simplify the schema's patterns`);
    if (satisfies) return pass('satisfies the schema');
    const [problem] = readProblems(validate.errors ?? []);
    return fail(`${problem?.path ?? '(root)'}: ${problem?.reason ?? 'does not satisfy the schema'}`);
  },
});

const OPTIONS: AjvOptions = { strict: false, verbose: true, validateFormats: false };

/** A suite's schema is bound once for each of its cases. */
const compiled = new WeakMap<JsonObject, ValidateFunction>();

function compile(schema: JsonObject): ValidateFunction {
  const known = compiled.get(schema);
  if (known) return known;
  const draft = schema['$schema'];
  const ajv = typeof draft === 'string' && draft.includes('draft-07') ? new Ajv(OPTIONS) : new Ajv2020(OPTIONS);
  const validate = ajv.compile(schema);
  compiled.set(schema, validate);
  return validate;
}
