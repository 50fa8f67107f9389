import { create } from '@bufbuild/protobuf';
import type { JsonObject } from '@bufbuild/protobuf';
import { contentAddress } from './content-address.js';
import { ToolDefinitionSchema, type ToolDefinition } from './gen/switchyard/v1/tool_pb.js';

/** The longest sleep: a leap year, in seconds. */
export const MAX_SLEEP_SECONDS = 366 * 24 * 60 * 60;

export const SLEEP = 'sleep';
export const ASK_USER = 'ask_user';

/** What a run does itself, and no tool host: agents name these tools like any other, and nobody else can call them. */
export const RUN_TOOLS: readonly ToolDefinition[] = [
  runTool(
    SLEEP,
    'Waits for a time, or until a moment, and then goes on. Nothing is kept busy meanwhile, however long it is. Give either seconds or until.',
    {
      type: 'object',
      properties: {
        seconds: { type: 'number', minimum: 0, maximum: MAX_SLEEP_SECONDS, description: 'How long, at most 366 days.' },
        until: {
          type: 'string',
          maxLength: 64,
          description: 'A moment as RFC 3339 with an offset ("2026-03-01T12:00:00Z"), at most 366 days from now.',
        },
      },
      additionalProperties: false,
    },
  ),
  runTool(
    ASK_USER,
    'Asks the user a question and waits for the answer, however long it takes. Use it only for what you cannot find out otherwise.',
    {
      type: 'object',
      properties: {
        question: { type: 'string', minLength: 1, maxLength: 4_096 },
        choices: {
          type: 'array',
          maxItems: 32,
          items: { type: 'string', minLength: 1, maxLength: 256 },
          description: 'Answers to choose from; the user may also say something else.',
        },
      },
      required: ['question'],
      additionalProperties: false,
    },
  ),
];

/** A tool that a run does itself. */
export function runTool(
  name: string,
  description: string,
  parameters: JsonObject,
  effect: 'pure' | 'idempotent' = 'pure',
): ToolDefinition {
  return create(ToolDefinitionSchema, {
    name,
    description,
    parameters,
    effect,
    source: 'run',
    fingerprint: contentAddress({ name, description, parameters, effect }),
  });
}
