import { runTool, type JsonObject, type ToolDefinition } from '@switchyard/contracts';

/** Characters of an agent's description that a model is shown of its tool. */
const MAX_DESCRIPTION = 1_000;
const AGENT = 'agent_';
const HANDOFF = 'handoff_';

/** An agent as far as another one is told of it. */
export interface OtherAgent {
  name: string;
  description: string;
}

/** The tool by which an agent calls another one: each call is a run of its own, and its output is the result. */
export function agentTool({ name, description }: OtherAgent): ToolDefinition {
  return define(
    AGENT + name,
    `Asks the agent "${name}", and gives back what it answers. It sees only what it is given here. ${shortened(description)}`,
    {
      type: 'object',
      properties: {
        input: { type: 'string', minLength: 1, description: 'The whole task, with all that the agent has to know.' },
      },
      required: ['input'],
      additionalProperties: false,
    },
  );
}

/** The tool by which an agent hands its conversation over: the other one sees what was said, and answers from then on. */
export function handoffTool({ name, description }: OtherAgent): ToolDefinition {
  return define(
    HANDOFF + name,
    `Hands the conversation over to the agent "${name}", which answers from then on. ${shortened(description)}`,
    {
      type: 'object',
      properties: { reason: { type: 'string', description: 'Why, and what is left to be done; told to the agent.' } },
      additionalProperties: false,
    },
  );
}

/** Which agent a tool of the run's own stands for; undefined for any other tool. */
export function agentOfTool(tool: string): { kind: 'agent' | 'handoff'; target: string } | undefined {
  if (tool.startsWith(AGENT)) return { kind: 'agent', target: tool.slice(AGENT.length) };
  if (tool.startsWith(HANDOFF)) return { kind: 'handoff', target: tool.slice(HANDOFF.length) };
  return undefined;
}

/** The same call is the same run, whoever asks for it again: what the run does to the world, its own calls answer for. */
function define(name: string, description: string, parameters: JsonObject): ToolDefinition {
  return runTool(name, description.trim(), parameters, 'idempotent');
}

function shortened(description: string): string {
  return description.length <= MAX_DESCRIPTION ? description : `${description.slice(0, MAX_DESCRIPTION - 1)}…`;
}
