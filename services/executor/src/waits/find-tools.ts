import { runTool, type JsonObject, type ToolDefinition } from '@switchyard/contracts';

export const FIND_TOOLS = 'find_tools';
/** Tools that one search gives where the model names no number. */
export const FOUND_BY_DEFAULT = 5;
export const MAX_FOUND = 20;

const description =
  'Finds more of your tools. You have more than you are shown; this looks through all of them by what they do. Say in a few words what you want to do, for example "send an email". What is found can be called from your next turn on.';
const parameters: JsonObject = {
  type: 'object',
  properties: {
    query: { type: 'string', minLength: 1, maxLength: 1_000, description: 'What you want to do.' },
    limit: {
      type: 'integer',
      minimum: 1,
      maximum: MAX_FOUND,
      description: `At most; ${FOUND_BY_DEFAULT} where absent.`,
    },
  },
  required: ['query'],
  additionalProperties: false,
};

/** The tool by which a model looks for those of its tools that it is not shown. A run has it of itself: nobody names it. */
export const FIND_TOOLS_DEFINITION: ToolDefinition = runTool(FIND_TOOLS, description, parameters);
