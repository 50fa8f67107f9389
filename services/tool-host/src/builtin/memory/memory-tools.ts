import type { RpcClient } from '@switchyard/bus';
import {
  memoryLine,
  MemoryService,
  SwitchyardError,
  type JsonObject,
  timestampFromDate,
  type Memory,
  type MemoryPolicy,
  type MessageInitShape,
  type ScopeSchema,
} from '@switchyard/contracts';
import { withoutFrames } from '@switchyard/models';
import { text, type ToolContext } from '../../tools/tool.js';
import { numberArgument, objectSchema, textArgument, type BuiltinTool } from '../builtin-tool.js';
import { isVisible, savedScope, SCOPE_ARGUMENT, searchedScopes } from './memory-scope.js';
import { RunPolicies } from './run-policies.js';

const TIMEOUT_MS = 10_000;
const DAY_MS = 86_400_000;
/** A fact, not a document. */
const MAX_TEXT = 4_000;
/** Of working memory, shown whole to each run: some two thousand tokens. */
const MAX_BLOCK = 8_000;

/** What the tools work with. */
interface Surroundings {
  rpc: RpcClient;
  policies: RunPolicies;
  now: () => Date;
}

/** What the run may remember and recall, within its own scope: the model may narrow it as far as the agent's policy allows. */
export function createMemoryTools(rpc: RpcClient, now: () => Date = () => new Date()): BuiltinTool[] {
  const around = { rpc, policies: new RunPolicies(rpc), now };
  return [createMemorySearch, createMemorySave, createMemoryCorrect, createMemoryBlockEdit].map((make) => make(around));
}

function createMemorySearch({ rpc, policies }: Surroundings): BuiltinTool {
  return {
    name: 'memory_search',
    toolset: 'memory',
    description: 'Searches what was remembered in earlier conversations: facts, preferences, decisions.',
    parameters: objectSchema(
      {
        query: { type: 'string', description: 'What to look for, in plain words.', minLength: 1, maxLength: MAX_TEXT },
        limit: { type: 'integer', description: 'Memories at most. Default 8.', minimum: 1, maximum: 50 },
        scope: {
          ...SCOPE_ARGUMENT,
          description: 'Only what is for this thread, this user, all users of this agent, or everybody.',
        },
      },
      ['query'],
    ),
    effect: 'pure',
    timeoutMs: TIMEOUT_MS,
    maxOutputBytes: 32 * 1024,
    handler: async (args, context) => {
      const policy = await allowedBy(policies, context);
      const request = {
        scope: scopeOf(context),
        query: textArgument(args, 'query'),
        limit: numberArgument(args, 'limit', 8),
        minTrust: policy?.minTrust ?? '',
        scopes: searchedScopes(policy, args, context),
        // What the run says back of it is then no new evidence.
        runId: context.runId,
      };
      const { memories, degraded } = await rpc.call(MemoryService.method.recall, request, optionsOf(context));
      const lines = memories.flatMap(({ memory }) => (memory ? [`- ${shown(memory)} [${memory.id}]`] : []));
      const note = degraded === '' ? [] : ['(Searched by words alone.)'];
      return text(lines.length === 0 ? 'Nothing was remembered about this.' : [...lines, ...note].join('\n'));
    },
  };
}

function createMemorySave({ rpc, policies, now }: Surroundings): BuiltinTool {
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
        subject: {
          type: 'string',
          description: 'What it is about, where a later fact is to take its place, for example "ada editor".',
          maxLength: 128,
        },
        scope: {
          ...SCOPE_ARGUMENT,
          description: 'Whom it is for: this thread, this user (the default), all users of this agent, or everybody.',
        },
      },
      ['text'],
    ),
    // The same statement twice is one memory.
    effect: 'idempotent',
    timeoutMs: TIMEOUT_MS,
    maxOutputBytes: 4_096,
    handler: async (args, context) => {
      const policy = await allowedBy(policies, context);
      const memory = await rpc.call(
        MemoryService.method.remember,
        {
          scope: savedScope(policy, args, context),
          text: textArgument(args, 'text'),
          tags: tagsOf(args),
          subject: typeof args['subject'] === 'string' ? args['subject'] : '',
          provenance: provenanceOf(context),
          ...expiryOf(policy, now()),
        },
        optionsOf(context),
      );
      return text(`Remembered as ${memory.id}.`);
    },
  };
}

function createMemoryCorrect({ rpc, policies, now }: Surroundings): BuiltinTool {
  return {
    name: 'memory_correct',
    toolset: 'memory',
    description:
      'Corrects or withdraws something that was remembered, when it turns out to be wrong or the user asks to forget it. Search for it first.',
    parameters: objectSchema(
      {
        id: {
          type: 'string',
          description: 'As memory_search gives it, for example "mem_…".',
          minLength: 1,
          maxLength: 128,
        },
        text: {
          type: 'string',
          description: 'The statement that is right. Left out: the old one is withdrawn and nothing takes its place.',
          maxLength: MAX_TEXT,
        },
        reason: { type: 'string', description: 'Why, in a few words.', maxLength: 500 },
      },
      ['id'],
    ),
    // What is corrected already is corrected.
    effect: 'idempotent',
    timeoutMs: TIMEOUT_MS,
    maxOutputBytes: 4_096,
    handler: async (args, context) => {
      const { tenant, agent } = context;
      const id = textArgument(args, 'id');
      const said = typeof args['text'] === 'string' ? args['text'].trim() : '';
      const reason = typeof args['reason'] === 'string' ? args['reason'] : '';
      const policy = await allowedBy(policies, context);
      const { memory } = await rpc.call(MemoryService.method.getMemory, { tenant, id }, optionsOf(context));
      if (!memory || !isVisible(memory, policy, context)) throw notSeen(id);
      if (said === '') {
        // What it had replaced is not to come back in its place.
        const request = { tenant, ids: [id], actor: agent, reason, withReplaced: true };
        await rpc.call(MemoryService.method.retract, request, optionsOf(context));
        return text(`Withdrawn: ${id} is no longer recalled.`);
      }
      const corrected = await rpc.call(
        MemoryService.method.correct,
        { tenant, id, text: said, reason, provenance: provenanceOf(context), ...expiryOf(policy, now()) },
        optionsOf(context),
      );
      return text(`Corrected: ${corrected.memory?.id ?? id} stands in the place of ${id}.`);
    },
  };
}

function createMemoryBlockEdit({ rpc, policies }: Surroundings): BuiltinTool {
  return {
    name: 'memory_block_edit',
    toolset: 'memory',
    description:
      'Writes your notes in this conversation, which you are shown at its next turn of the user: plans, open questions, what was done. Short: they are shown whole.',
    parameters: objectSchema(
      {
        text: {
          type: 'string',
          description: 'The notes as they are to be, or what is to be added.',
          maxLength: MAX_BLOCK,
        },
        append: {
          type: 'boolean',
          description: 'Adds the text as a line at the end, instead of replacing all. Default false.',
        },
      },
      ['text'],
    ),
    effect: 'idempotent',
    timeoutMs: TIMEOUT_MS,
    maxOutputBytes: MAX_BLOCK + 1_024,
    handler: async (args, context) => {
      const { tenant, agent, user, thread, callId } = context;
      if (thread === '')
        throw new SwitchyardError(
          'memory.block.invalid',
          'This run is of no thread, so that nobody would see the notes again. Give the run a thread.',
        );
      await allowedBy(policies, context);
      // Of the user too, so that they go when the user is erased.
      const scope = { tenant, agent, user, thread };
      const said = textArgument(args, 'text');
      const append = args['append'] === true;
      const now = append ? await rpc.call(MemoryService.method.getBlock, { scope }, optionsOf(context)) : undefined;
      const whole = now && now.text !== '' ? `${now.text}\n${said}` : said;
      const change = { scope, text: whole, actor: agent, callId, ...(now && { version: now.version }) };
      const block = await rpc.call(MemoryService.method.putBlock, change, optionsOf(context));
      return text(`The notes are in version ${block.version} now:\n${withoutFrames(block.text)}`);
    },
  };
}

/**
 * The policy that the call's agent has.
 *
 * @throws SwitchyardError `memory.tools_refused` where it turns these tools off: they were not offered, and are asked for all the same
 */
async function allowedBy(policies: RunPolicies, context: ToolContext): Promise<MemoryPolicy | undefined> {
  const policy = await policies.of(context);
  if (policy?.tools !== false) return policy;
  throw new SwitchyardError(
    'memory.tools_refused',
    `Agent "${context.agent}" has no tools of memory: its definition says memory.tools: false. Go on without; to allow them, take that out and apply the agent again.`,
  );
}

/** When what the agent saves is forgotten by itself. */
function expiryOf(policy: MemoryPolicy | undefined, now: Date) {
  if (!policy || policy.keepDays === 0) return {};
  return { expiresAt: timestampFromDate(new Date(now.getTime() + policy.keepDays * DAY_MS)) };
}

/** As if it were not there: that others have it is theirs to say. */
function notSeen(id: string): SwitchyardError {
  return new SwitchyardError(
    'memory.not_found',
    `There is no memory "${id}" here. memory_search shows which there are.`,
    {
      details: { memory: id },
    },
  );
}

function shown(memory: Memory): string {
  return withoutFrames(memoryLine(memory));
}

function provenanceOf({ runId, callId, agent }: ToolContext) {
  return { source: 'agent', runId, callId, actor: agent };
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
