import type { Command } from 'commander';

export interface ScopeFlags {
  agent?: string;
  user?: string;
  thread?: string;
}

export function withScope(command: Command): Command {
  return command
    .option('-a, --agent <name>', 'of this agent')
    .option('-u, --user <name>', 'of this user')
    .option('-t, --thread <name>', 'of this conversation');
}

export function scopeOf({ agent, user, thread }: ScopeFlags) {
  return { agent, user, thread };
}
