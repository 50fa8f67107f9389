import type { RpcClient } from '@switchyard/bus';
import { MemoryService, type JsonObject, type MessageInitShape, type ScopeSchema } from '@switchyard/contracts';
import { text, type ToolContext } from '../../tools/tool.js';
import { numberArgument, objectSchema, textArgument, type BuiltinTool } from '../builtin-tool.js';

const TIMEOUT_MS = 10_000;
/** A fact, not a document. */
const MAX_TEXT = 4_000;

/** What the run may remember and recall; the scope is the run's own and never the model's to choose. */
export function createMemoryTools(rpc: RpcClient): BuiltinTool[] {
  return [createMemorySearch(rpc), createMemorySave(rpc)];
}

function createMemorySearch(rpc: RpcClient): BuiltinTool {
  return {
    name: 'memory_search',
    toolset: 'memory',
    description: 'Searches what was remembered in earlier conversations: facts, preferences, decisions.',
    parameters: objectSchema(
      {
        query: { type: 'string', description: 'What to look for, in plain words.', minLength: 1, maxLength: MAX_TEXT },
        limit: { type: 'integer', description: 'Memories at most. Default 8.', minimum: 1, maximum: 50 },
      },
      ['query'],
    ),
    effect: 'pure',
    timeoutMs: TIMEOUT_MS,
    maxOutputBytes: 32 * 1024,
    handler: async (args, context) => {
      const request = {
        scope: scopeOf(context),
        query: textArgument(args, 'query'),
        limit: numberArgument(args, 'limit', 8),
      };
      const { memories } = await rpc.call(MemoryService.method.recall, request, optionsOf(context));
      const lines = memories.flatMap(({ memory }) => (memory ? [`- ${memory.text} [${memory.id}]`] : []));
      return text(lines.length === 0 ? 'Nothing was remembered about this.' : lines.join('\n'));
    },
  };
}

function createMemorySave(rpc: RpcClient): BuiltinTool {
  return {
    name: 'memory_save',
    toolset: 'memory',
    description:
      'Remembers a fact for later conversations. One statement that is clear by itself, without "it" or "today".',
    parameters: objectSchema(
      {
        text: {
          type: 'string',
          description: 'The fact, for example "Ada prefers metric units."',
          minLength: 1,
          maxLength: MAX_TEXT,
        },
        tags: { type: 'array', items: { type: 'string', minLength: 1, maxLength: 64 }, maxItems: 16 },
      },
      ['text'],
    ),
    // The same statement twice is one memory.
    effect: 'idempotent',
    timeoutMs: TIMEOUT_MS,
    maxOutputBytes: 4_096,
    handler: async (args, context) => {
      const memory = await rpc.call(
        MemoryService.method.remember,
        {
          // Not the thread: what is remembered is for other conversations too.
          scope: { ...scopeOf(context), thread: '' },
          text: textArgument(args, 'text'),
          tags: tagsOf(args),
          provenance: { source: 'tool', runId: context.runId, callId: context.callId, actor: context.agent },
        },
        optionsOf(context),
      );
      return text(`Remembered as ${memory.id}.`);
    },
  };
}

function scopeOf({ tenant, agent, user, thread }: ToolContext): MessageInitShape<typeof ScopeSchema> {
  return { tenant, agent, user, thread };
}

function optionsOf({ signal, timeoutMs }: ToolContext) {
  return { signal, timeoutMs: Math.max(1, Math.min(timeoutMs, TIMEOUT_MS)) };
}

function tagsOf(args: JsonObject): string[] {
  const tags = args['tags'];
  return Array.isArray(tags) ? tags.filter((tag) => typeof tag === 'string') : [];
}
