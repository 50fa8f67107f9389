import type { ToolOutput } from '../../tools/tool.js';
import type { SandboxEnding, SandboxLimits } from './sandbox-messages.js';
import type { SandboxOutcome } from './sandbox.js';

/** What the code came to, for who wrote it: the value alone where it wrote nothing to the console. Pure. */
export function describeOutcome({ ending, console, calls }: SandboxOutcome, limits: SandboxLimits): ToolOutput {
  const printed = console.join('\n');
  const said = describeEnding(ending, limits);
  const isError = ending.is !== 'returned';
  const head = printed === '' ? '' : `Console:\n${printed}\n\n`;
  const made = isError && calls > 0 ? `\nIt had made ${calls} calls of tools; what they did stands.` : '';
  const text = head === '' || isError ? `${head}${said}${made}` : `${head}Result:\n${said}`;
  return { content: [{ type: 'text', text }], isError };
}

function describeEnding(ending: SandboxEnding, limits: SandboxLimits): string {
  if (ending.is === 'returned') return ending.value === '' ? '(no value)' : ending.value;
  if (ending.is === 'threw') return `The code failed: ${ending.error}`;
  const hint: Readonly<Record<typeof ending.why, string>> = {
    compute: `It may compute for ${limits.computeMs / 1_000} s. Do less at once.`,
    memory: `It may use ${limits.memoryBytes / 1_048_576} MiB. Keep less at once.`,
    stuck: 'There are no timers, and no call of a tool was under way. Await only what comes.',
    broken: 'The engine could not go on. Write it another way.',
  };
  return `The code was stopped: ${ending.error}. ${hint[ending.why]}`;
}
