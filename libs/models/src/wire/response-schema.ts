import type { JsonObject } from '../json.js';
import type { WireApiName } from '../profile/profile.js';
import type { OutputPlan } from '../schema/structured-output.js';

/** A schema to which the whole answer is held. */
export interface ResponseSchema {
  /** `[a-zA-Z0-9_-]{1,64}`. */
  name: string;
  /** In the form that the endpoint takes. */
  schema: JsonObject;
}

/** The members of a request's body that ask for it. What a caller adds to the body has to be merged one level deep. */
export function responseSchemaMembers(api: WireApiName, { name, schema }: ResponseSchema): JsonObject {
  switch (api) {
    case 'openai-chat':
    case 'mistral':
    // vLLM and SGLang take it over text completion too.
    case 'completion':
      return { response_format: { type: 'json_schema', json_schema: { name, schema, strict: true } } };
    case 'openai-responses':
      return { text: { format: { type: 'json_schema', name, schema, strict: true } } };
    case 'anthropic':
      return { output_config: { format: { type: 'json_schema', schema } } };
    case 'gemini':
      return { generationConfig: { responseMimeType: 'application/json', responseJsonSchema: schema } };
    case 'bedrock': {
      // The schema is text here (API reference, OutputFormat).
      const jsonSchema = { name, schema: JSON.stringify(schema) };
      return { outputConfig: { textFormat: { type: 'json_schema', structure: { jsonSchema } } } };
    }
    case 'cohere':
      return { response_format: { type: 'json_object', json_schema: schema } };
    case 'ollama':
      return { format: schema };
  }
}

/** The same for a result that is asked for; none where that is done in another way. */
export function heldTo(api: WireApiName, output: OutputPlan | undefined): JsonObject {
  return output?.schema === undefined ? {} : responseSchemaMembers(api, { name: output.name, schema: output.schema });
}
