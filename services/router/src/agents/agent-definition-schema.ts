import { MEMORY_SCOPES } from '@switchyard/contracts';
import { POLICY_KINDS } from '@switchyard/evidence';

/** What a second message of a thread does; the first where nothing is said. */
export const CONCURRENCY_POLICIES = ['queue', 'reject', 'interrupt', 'steer'] as const;
export const CAPABILITY_NAMES = [
  'tools',
  'vision',
  'reasoning',
  'streaming',
  'parallel_calls',
  'structured_output',
] as const;

const name = {
  type: 'string',
  pattern: '^[A-Za-z0-9_-]{1,128}$',
  description: 'letters, digits, "_" and "-", at most 128',
};
const price = { type: 'number', minimum: 0 };
const weight = { type: 'number', minimum: 0, maximum: 1_000 };
/** How one of several backends that suit is chosen, see docs/guides/routing.md. */
const routing = {
  type: 'object',
  required: ['policy'],
  additionalProperties: false,
  properties: {
    policy: { enum: [...POLICY_KINDS] },
    weights: {
      type: 'object',
      additionalProperties: false,
      minProperties: 1,
      properties: { quality: weight, cost: weight, latency: weight },
    },
    explore: { type: 'number', minimum: 0, maximum: 0.2 },
    budget_usd_per_task: { type: 'number', exclusiveMinimum: 0, maximum: 1_000_000 },
    certified_only: { type: 'boolean' },
  },
};
/** More of them than tools would be of no use to a model. */
const agents = { type: 'array', maxItems: 64, uniqueItems: true, items: name };
const count = (maximum: number) => ({ type: 'integer', minimum: 1, maximum });

/**
 * JSON Schema (2020-12) of an agent's definition as a user writes it, in YAML or JSON. Keys are those of
 * switchyard.v1.AgentDefinition; an unknown key is an error, so that a typing mistake cannot silently change an agent.
 */
export const agentDefinitionSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Switchyard agent',
  type: 'object',
  required: ['name', 'instructions'],
  additionalProperties: false,
  properties: {
    name,
    description: { type: 'string', maxLength: 4_096 },
    instructions: { type: 'string', minLength: 1, maxLength: 262_144 },
    tools: {
      type: 'array',
      maxItems: 256,
      uniqueItems: true,
      items: { type: 'string', minLength: 1, maxLength: 256, description: 'a tool, or "<toolset>.*"' },
    },
    model: {
      type: 'object',
      additionalProperties: false,
      properties: {
        backend: name,
        capabilities: { type: 'array', uniqueItems: true, items: { enum: [...CAPABILITY_NAMES] } },
        min_context: { type: 'integer', minimum: 0, maximum: 100_000_000 },
        max_input_price: price,
        max_output_price: price,
        fallbacks: {
          type: 'array',
          maxItems: 16,
          uniqueItems: true,
          items: {
            type: 'string',
            pattern: '^(\\*|[A-Za-z0-9_-]{1,128})$',
            description: 'a backend, or "*" for any other that suits',
          },
        },
        routing,
      },
    },
    memory: {
      type: 'object',
      additionalProperties: false,
      properties: {
        recall: { type: 'boolean' },
        limit: count(50),
        budget_tokens: count(100_000),
        min_trust: { enum: ['low', 'medium', 'high'] },
        remember: { enum: ['conversations'] },
        keep_days: count(36_500),
        working_memory: { type: 'boolean' },
        scopes: { type: 'array', minItems: 1, uniqueItems: true, items: { enum: [...MEMORY_SCOPES] } },
        tools: { type: 'boolean' },
        facts: {
          type: 'object',
          required: ['agent'],
          additionalProperties: false,
          description: 'who finds facts in what is remembered',
          properties: { agent: name, max_usd_per_day: { type: 'number', exclusiveMinimum: 0, maximum: 1_000_000 } },
        },
        rerank: { ...name, description: 'the agent that puts what was recalled into order' },
      },
    },
    concurrency: { enum: [...CONCURRENCY_POLICIES] },
    limits: {
      type: 'object',
      additionalProperties: false,
      properties: {
        turns: count(10_000),
        tokens: count(1_000_000_000),
        seconds: count(31_536_000),
        cost_usd: { type: 'number', exclusiveMinimum: 0 },
      },
    },
    parameters: {
      type: 'object',
      additionalProperties: false,
      properties: {
        temperature: { type: 'number', minimum: 0, maximum: 2 },
        top_p: { type: 'number', minimum: 0, maximum: 1 },
        max_output_tokens: count(10_000_000),
      },
    },
    agents: { ...agents, description: 'agents that it may call, each as a tool "agent_<name>"' },
    handoffs: { ...agents, description: 'agents that it may hand over to, each as a tool "handoff_<name>"' },
    approvals: {
      type: 'object',
      additionalProperties: false,
      properties: {
        rules: {
          type: 'array',
          minItems: 1,
          maxItems: 64,
          description: 'looked at in order before "tools"; the first that fits decides',
          items: {
            type: 'object',
            required: ['decision'],
            additionalProperties: false,
            properties: {
              tools: { type: 'array', maxItems: 256, items: { type: 'string', minLength: 1, maxLength: 256 } },
              effects: { type: 'array', uniqueItems: true, items: { enum: ['pure', 'idempotent', 'irreversible'] } },
              when: { type: 'string', maxLength: 2_000, description: 'a condition in CEL, as in args.amount > 100' },
              decision: { enum: ['allow', 'ask', 'deny'] },
              seconds: count(31_622_400),
              reason: { type: 'string', maxLength: 1_000 },
            },
          },
        },
        tools: {
          type: 'array',
          minItems: 1,
          maxItems: 256,
          uniqueItems: true,
          items: {
            type: 'string',
            minLength: 1,
            maxLength: 256,
            description: 'a tool, "<toolset>.*", "*" for all, or "irreversible" for all of that class',
          },
        },
        seconds: { ...count(31_622_400), description: 'after which an approval that nobody gave is expired' },
      },
    },
    result_schema: { type: 'object', description: 'a JSON Schema' },
    tool_search: {
      type: 'object',
      additionalProperties: false,
      properties: {
        mode: { enum: ['auto', 'off'] },
        from: count(10_000),
        initial: count(100),
        always: {
          type: 'array',
          maxItems: 256,
          uniqueItems: true,
          items: {
            type: 'string',
            minLength: 1,
            maxLength: 256,
            description: 'a tool of the agent, or "<toolset>.*"',
          },
        },
      },
    },
  },
} as const;
