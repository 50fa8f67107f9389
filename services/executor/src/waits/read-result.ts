import { runTool, type JsonObject, type ToolDefinition } from '@switchyard/contracts';

export const READ_RESULT = 'read_result';
/** Characters of one page. */
const MAX_PAGE = 50_000;

const description =
  'Reads on in a result of which you were given only a part. Give the call_id that stands there, and an offset for a page of the text from there on, or a query for the places where it stands in the whole.';
const parameters: JsonObject = {
  type: 'object',
  properties: {
    call_id: { type: 'string', minLength: 1, maxLength: 128 },
    offset: { type: 'integer', minimum: 0, maximum: 4_294_967_295, description: 'In characters from the beginning.' },
    limit: {
      type: 'integer',
      minimum: 1,
      maximum: MAX_PAGE,
      description: 'Characters of the page; 20,000 where absent.',
    },
    query: {
      type: 'string',
      minLength: 1,
      maxLength: 500,
      description: 'A text to look for, whatever its case; no pattern.',
    },
  },
  required: ['call_id'],
  additionalProperties: false,
};

/** The tool by which a model pages through large results. It is there once a run was given a preview: nobody names it. */
export const READ_RESULT_DEFINITION: ToolDefinition = runTool(READ_RESULT, description, parameters);
