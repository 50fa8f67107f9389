import type { ToolServer } from '@switchyard/contracts';

export interface Program {
  command: string;
  args: string[];
}

const KIB_PER_MIB = 1_024;

/**
 * A server's program under the limits of its definition, by the shell's `ulimit`, which every Unix has: the process is the
 * program itself. Its memory is what it may write to (RLIMIT_DATA; addresses that are only reserved do not count), its
 * time that of the processor. On Windows, which has no such thing, it runs without.
 */
export function limitedProgram(
  { command, args, mcp }: Pick<ToolServer, 'command' | 'args' | 'mcp'>,
  platform: NodeJS.Platform = process.platform,
): Program {
  const { memoryMb = 0, cpuSeconds = 0 } = mcp ?? {};
  const limits = [
    ...(memoryMb > 0 ? [`ulimit -d ${memoryMb * KIB_PER_MIB}`] : []),
    ...(cpuSeconds > 0 ? [`ulimit -t ${cpuSeconds}`] : []),
  ];
  if (limits.length === 0 || platform === 'win32') return { command, args };
  return { command: '/bin/sh', args: ['-c', `${limits.join(' && ')} && exec "$0" "$@"`, command, ...args] };
}
