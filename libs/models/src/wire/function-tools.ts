import type { ToolNames } from '../calls/tool-names.js';
import type { JsonObject } from '../json.js';
import type { ToolDefinition } from '../model-request.js';

/** Tools as OpenAI's functions, the form that most wires took over. */
export function functionTools(tools: readonly ToolDefinition[], names: ToolNames): JsonObject[] {
  return tools.map((tool) => ({
    type: 'function',
    function: {
      name: names.toWire(tool.name),
      ...(tool.description === undefined ? {} : { description: tool.description }),
      parameters: tool.inputSchema,
    },
  }));
}
