import type { ToolAnnotations } from '@modelcontextprotocol/server';
import type { MemoryScope } from '@switchyard/client';
import { SwitchyardError, type JsonObject } from '@switchyard/contracts';
import { hitText } from '../output/memory-text.js';
import { inScope } from './in-scope.js';
import type { Memories } from './memory-server.js';

type Arguments = Readonly<Record<string, unknown>>;

export interface MemoryTool {
  description: string;
  inputSchema: {
    type: 'object';
    properties: Record<string, JsonObject>;
    required: string[];
    additionalProperties: false;
  };
  annotations: ToolAnnotations;
  /** @throws SwitchyardError what the model is told */
  call: (given: Arguments, memories: Memories, scope: MemoryScope) => Promise<string>;
}

const string = (description: string) => ({ type: 'string', description });

/** By name, as the tools of the same names that agents of the platform have. */
export const MEMORY_TOOLS: Readonly<Record<string, MemoryTool>> = {
  memory_search: {
    description:
      'Search what is remembered. The best comes first, with its id, since when it is true and why it was found.',
    inputSchema: {
      type: 'object',
      properties: {
        query: string('What to look for, in words or as a question.'),
        limit: { type: 'integer', minimum: 1, maximum: 50, description: 'How many at most; 8 where absent.' },
      },
      required: ['query'],
      additionalProperties: false,
    },
    annotations: { readOnlyHint: true },
    call: async (given, memories, scope) => {
      const limit = typeof given['limit'] === 'number' ? given['limit'] : undefined;
      const found = await memories.recall(textOf(given, 'query'), { scope, limit });
      const lines = found.memories.map(hitText);
      const notes = found.degraded === '' ? [] : [`(${found.degraded})`];
      return [...(lines.length === 0 ? ['Nothing is remembered about that.'] : lines), ...notes].join('\n');
    },
  },
  memory_save: {
    description: 'Remember a statement that will matter in later conversations. One fact a call, in a full sentence.',
    inputSchema: {
      type: 'object',
      properties: {
        text: string('The statement.'),
        tags: { type: 'array', items: { type: 'string' }, maxItems: 32, description: 'To find it by.' },
      },
      required: ['text'],
      additionalProperties: false,
    },
    // The same statement is stored once.
    annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true },
    call: async (given, memories, scope) => {
      const tags = Array.isArray(given['tags']) ? given['tags'].filter((tag) => typeof tag === 'string') : [];
      const saved = await memories.remember(textOf(given, 'text'), { scope, tags, source: 'agent' });
      return `Remembered as ${saved.id}${saved.count > 1 ? `; it has been said ${saved.count} times` : ''}.`;
    },
  },
  memory_correct: {
    description:
      'Put a new statement in the place of a memory that is no longer true. The old one stays known as the past.',
    inputSchema: {
      type: 'object',
      properties: {
        id: string('Of the memory, as the search gives it: mem_…'),
        text: string('What is true now, in a full sentence.'),
        reason: string('Why, in a few words.'),
      },
      required: ['id', 'text'],
      additionalProperties: false,
    },
    annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true },
    call: async (given, memories, scope) => {
      const { id } = await inScope(memories, scope, textOf(given, 'id'));
      const reason = typeof given['reason'] === 'string' ? given['reason'] : '';
      const { memory } = await memories.correct(id, textOf(given, 'text'), { reason, source: 'agent' });
      return `${memory?.id ?? ''} stands in the place of ${id}.`;
    },
  },
};

/** Clients send what models write. */
function textOf(given: Arguments, name: string): string {
  const value = given[name];
  if (typeof value === 'string' && value.trim() !== '') return value;
  throw new SwitchyardError('tool.invalid_arguments', `"${name}" must be a text that is not empty.`);
}
