import { text } from 'node:stream/consumers';
import { Option, type Command } from 'commander';
import { SwitchyardError, type JsonValue } from '@switchyard/contracts';
import type { NewTask } from '@switchyard/client';
import { collect, filled, pairs, positive } from './arguments.js';

export interface TaskFlags {
  agent: string;
  agentVersion?: string;
  thread?: string;
  backend?: string;
  fallback?: string[];
  user?: string;
  key?: string;
  inputJson?: boolean;
  meta?: string[];
  maxTurns?: number;
  priority?: string;
}

/** The input and the options of a task, the same for `run` and `tasks submit`. */
export function addTaskOptions(command: Command): Command {
  return command
    .argument('<input>', 'what the agent is asked; "-" reads standard input', filled)
    .option('-a, --agent <name>', 'who is asked', filled, 'assistant')
    .option('--agent-version <version>', 'a number or a content address instead of its current version', filled)
    .option('-t, --thread <name>', 'the conversation that it belongs to', filled)
    .option('-b, --backend <name>', "a backend instead of the agent's choice", filled)
    .option(
      '--fallback <name>',
      'a backend to move to where this one fails for good; may be repeated, "*" for any',
      collect,
    )
    .option('-u, --user <name>', 'on whose behalf; memories are kept apart by user', filled)
    .option('-k, --key <key>', 'idempotency key: the same key is the same task', filled)
    .option('--input-json', 'the input is JSON, not text')
    .option('--meta <name=value>', 'metadata of the task; may be repeated', collect)
    .option('--max-turns <n>', 'limit of model turns', positive)
    .addOption(
      new Option('--priority <priority>', "before the tenant's others, or in order").choices(['normal', 'high']),
    );
}

export async function taskOf(input: string, flags: TaskFlags): Promise<NewTask> {
  const source = input === '-' ? (await text(process.stdin)).trimEnd() : input;
  if (source.trim() === '') throw new SwitchyardError('usage.invalid', 'The input is empty: what is the agent asked?');
  return {
    agent: flags.agent,
    input: flags.inputJson ? jsonInput(source) : source,
    ...(flags.agentVersion ? { agentVersion: flags.agentVersion } : {}),
    ...(flags.thread ? { thread: flags.thread } : {}),
    ...(flags.backend ? { backend: flags.backend } : {}),
    ...(flags.fallback ? { fallbacks: flags.fallback } : {}),
    ...(flags.user ? { user: flags.user } : {}),
    ...(flags.key ? { idempotencyKey: flags.key } : {}),
    ...(flags.meta ? { metadata: pairs(flags.meta) } : {}),
    ...(flags.priority ? { priority: flags.priority } : {}),
    ...(flags.maxTurns !== undefined ? { limits: { turns: flags.maxTurns } } : {}),
  };
}

function jsonInput(source: string): JsonValue {
  try {
    return JSON.parse(source) as JsonValue;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SwitchyardError('usage.invalid', `The input is not JSON, which --input-json promises: ${reason}.`, {
      cause,
    });
  }
}
