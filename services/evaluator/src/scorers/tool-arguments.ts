import type { JsonObject } from '@switchyard/contracts';
import { readProblems, shorten, type Problem } from '../suite/problems.js';
import { compileSchema, schemaProblems } from './compile-schema.js';
import { judgeInTime, TOO_LONG } from './judge-in-time.js';
import { defineScorer, fail, pass, type ToolCallMade } from './scorer.js';

interface ToolRule {
  tool: string;
  schema?: JsonObject;
  min?: number;
  max?: number;
}

interface Options {
  tools?: ToolRule[];
  never?: string[];
}

const count = { type: 'integer', minimum: 0, maximum: 10_000 };
const toolName = { type: 'string', minLength: 1 };
/** Problems that a reason names. */
const NAMED = 5;

/**
 * How tools were called, whatever the order: the arguments of every call to a tool satisfy a JSON `schema`, it is called
 * `min` to `max` times, and the tools of `never` are not called at all. The value is the share of these checks that hold;
 * each call to a tool with a schema is a check of its own.
 */
export const toolArguments = defineScorer<Options>({
  type: 'tool_arguments',
  needsToolCalls: true,
  properties: {
    tools: {
      type: 'array',
      maxItems: 200,
      items: {
        type: 'object',
        properties: { tool: toolName, schema: { type: 'object' }, min: count, max: count },
        required: ['tool'],
        additionalProperties: false,
      },
    },
    never: { type: 'array', maxItems: 200, uniqueItems: true, items: toolName },
  },
  check: ({ tools = [], never = [] }) => [
    ...(tools.length + never.length === 0
      ? [{ path: 'tools', reason: 'is missing, and so is "never"; give one of them' }]
      : []),
    ...tools.flatMap((rule, index) => ruleProblems(rule, `tools[${index}]`, tools.slice(0, index), never)),
  ],
  judge: ({ toolCalls }, { tools = [], never = [] }) => {
    const checks = [
      ...never.map((tool) => neverCalled(tool, toolCalls)),
      ...tools.flatMap((rule) => [...countsOf(rule, toolCalls), ...argumentsOf(rule, toolCalls)]),
    ];
    const problems = checks.filter((problem) => problem !== undefined);
    if (problems.length === 0) return pass(`${toolCalls.length} calls as they should be`);
    const more = problems.length > NAMED ? `; and ${problems.length - NAMED} more` : '';
    const share = (checks.length - problems.length) / checks.length;
    return fail(`${problems.slice(0, NAMED).join('; ')}${more}`, share);
  },
});

/** What is wrong; undefined where the check holds. */
type Check = string | undefined;

function neverCalled(tool: string, calls: readonly ToolCallMade[]): Check {
  const at = calls.findIndex((call) => call.tool === tool);
  return at === -1 ? undefined : `call ${at + 1}: ${tool} must not be called`;
}

function countsOf({ tool, min, max }: ToolRule, calls: readonly ToolCallMade[]): Check[] {
  if (min === undefined && max === undefined) return [];
  const made = calls.filter((call) => call.tool === tool).length;
  const times = `${tool} was called ${made} ${made === 1 ? 'time' : 'times'}`;
  if (min !== undefined && made < min) return [`${times}, at least ${min} expected`];
  return [max !== undefined && made > max ? `${times}, at most ${max} allowed` : undefined];
}

function argumentsOf({ tool, schema }: ToolRule, calls: readonly ToolCallMade[]): Check[] {
  if (schema === undefined) return [];
  const validate = compileSchema(schema);
  return calls.flatMap((call, index) => {
    if (call.tool !== tool) return [];
    const satisfies = judgeInTime(() => validate(call.arguments) as boolean);
    if (satisfies === 'late')
      return [`call ${index + 1}: checking ${tool} ${TOO_LONG}; simplify the schema's patterns`];
    if (satisfies) return [undefined];
    const [problem] = readProblems(validate.errors ?? []);
    return [`call ${index + 1}: ${tool}, ${problem?.path ?? '(root)'} ${problem?.reason ?? 'does not fit the schema'}`];
  });
}

function ruleProblems(
  { tool, schema, min, max }: ToolRule,
  path: string,
  earlier: readonly ToolRule[],
  never: readonly string[],
): Problem[] {
  return [
    ...(earlier.some((rule) => rule.tool === tool)
      ? [{ path: `${path}.tool`, reason: `is ${shorten(tool)}, for which an earlier rule stands` }]
      : []),
    ...(never.includes(tool)
      ? [{ path: `${path}.tool`, reason: `is ${shorten(tool)}, which "never" forbids altogether` }]
      : []),
    ...(schema === undefined && min === undefined && max === undefined
      ? [{ path, reason: 'asks nothing of the tool; give "schema", "min" or "max"' }]
      : []),
    ...(min !== undefined && max !== undefined && min > max
      ? [{ path: `${path}.max`, reason: `is ${max}, less than min, which is ${min}` }]
      : []),
    ...(schema === undefined ? [] : schemaProblems(schema, `${path}.schema`)),
  ];
}
