import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { JsonObject } from '../json.js';
import { isJsonObject } from '../json.js';
import { ModelError } from '../model-error.js';
import type { ModelRequest, ToolDefinition } from '../model-request.js';
import type { ProfileInit, WireApiName } from '../profile/profile.js';
import { WIRE_API_NAMES } from '../profile/profile.js';
import { recursiveSamples, samples } from '../schema/generate.fixture.js';
import type { SubsetName } from '../schema/projection.js';
import { SUBSET_NAMES } from '../schema/projection.js';
import { OUTPUT_METHODS } from '../schema/structured-output.js';
import { VALIDATORS } from '../schema/validate.fixture.js';
import { validateConverse } from './bedrock/validate.fixture.js';
import { validateCohere } from './cohere/validate.fixture.js';
import { anyRequest } from './foreign-history.fixture.js';
import { validateGenerateContent } from './gemini/validate.fixture.js';
import { validateMistral } from './mistral/validate.fixture.js';
import { validateOllama } from './ollama/validate.fixture.js';
import { validateResponses } from './openai-responses/validate.fixture.js';
import { targetOf } from './reading.fixture.js';
import type { WireRequest } from './wire-api.js';
import { wireApi } from './wire-apis.js';

const VALIDATE: Readonly<Record<WireApiName, (request: WireRequest) => void>> = {
  'openai-chat': () => undefined,
  anthropic: () => undefined,
  'openai-responses': ({ body }) => validateResponses(body, { reasons: false }),
  gemini: ({ body }) => validateGenerateContent(body, { ids: false }),
  bedrock: validateConverse,
  mistral: ({ body }) => validateMistral(body),
  cohere: ({ body }) => validateCohere(body),
  ollama: ({ body }) => validateOllama(body),
  completion: () => undefined,
};

const anySchema = fc
  .oneof({ weight: 4, arbitrary: samples }, { weight: 1, arbitrary: recursiveSamples })
  .map(({ schema }) => (isJsonObject(schema) ? schema : {}));
const toolNames = fc.uniqueArray(
  fc.constantFrom('get_weather', 'mcp.server/tool', '9lives', 'y'.repeat(100), 'result'),
  {
    maxLength: 3,
  },
);
const anyTools: fc.Arbitrary<ToolDefinition[]> = toolNames.chain((names) =>
  fc.tuple(...names.map((name) => anySchema.map((inputSchema) => ({ name, inputSchema })))),
);
const requests: fc.Arbitrary<ModelRequest> = fc
  .tuple(
    anyRequest,
    anyTools,
    fc.option(anySchema),
    fc.constantFrom('auto', 'none', 'required') as fc.Arbitrary<'auto'>,
  )
  .map(([request, tools, schema, toolChoice]) => ({
    ...request,
    tools,
    toolChoice,
    ...(schema === null ? {} : { output: { schema } }),
  }));

/** Every schema of a body, with what it is for. */
function schemasOf(body: JsonObject): { output: JsonObject[]; tools: JsonObject[] } {
  const found = { output: [] as JsonObject[], tools: [] as JsonObject[] };
  const visit = (value: unknown, key: string): void => {
    if (Array.isArray(value)) for (const each of value) visit(each, key);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
    const object = value as JsonObject;
    if (['parameters', 'parametersJsonSchema', 'input_schema', 'inputSchema'].includes(key))
      found.tools.push(isJsonObject(object['json']) ? object['json'] : object);
    else if (
      ['schema', 'responseSchema', 'format', 'json_schema'].includes(key) &&
      (object['type'] === 'object' || object['$defs'] !== undefined)
    )
      found.output.push(object);
    else for (const [name, each] of Object.entries(object)) visit(each, name);
  };
  const { messages: _messages, contents: _contents, input: _input, ...rest } = body;
  visit(rest, '');
  return found;
}

function checkSubset(subset: SubsetName, schema: JsonObject): void {
  if (subset !== 'json-schema') VALIDATORS[subset](schema);
}

describe.each(WIRE_API_NAMES)('%s: tools and results of any schema', (api) => {
  it.each<Partial<ProfileInit>>([{}, ...SUBSET_NAMES.map((subset) => ({ tools: { subset } }))])(
    'satisfy the rules of the endpoint, or are refused with the reason: %j',
    (init) => {
      let sent = 0;
      const target = targetOf({ ...init, api });
      const { tools, output } = target.profile;
      fc.assert(
        fc.property(requests, (request) => {
          let written: WireRequest;
          try {
            written = wireApi(api).render(request, target);
          } catch (error) {
            expect(error).toMatchObject({ code: 'model.schema_refused', kind: 'bad_request', retryable: false });
            return;
          }
          sent++;
          VALIDATE[api](JSON.parse(JSON.stringify(written)) as WireRequest);
          const schemas = schemasOf(written.body);
          for (const schema of schemas.output) checkSubset(output.subset, schema);
          // What anthropic names of the history, and responses completes, is no author's schema.
          for (const schema of schemas.tools) if (Object.keys(schema).length > 1) checkSubset(tools.subset, schema);
        }),
        { numRuns: 60 },
      );
      expect(sent).toBeGreaterThan(20);
    },
  );

  it.each(OUTPUT_METHODS)('a result by %s is asked for in a way that the endpoint takes', (method) => {
    const target = targetOf({ api, output: { methods: [method], besideTools: [method] } });
    fc.assert(
      fc.property(anySchema, (schema) => {
        const request: ModelRequest = { messages: [], output: { schema } };
        try {
          VALIDATE[api](JSON.parse(JSON.stringify(wireApi(api).render(request, target))) as WireRequest);
        } catch (error) {
          if (!ModelError.is(error)) throw error;
          expect(error.code).toBe('model.schema_refused');
        }
      }),
      { numRuns: 40 },
    );
  });
});
