import type { Command } from 'commander';
import { SwitchyardError, type JsonObject } from '@switchyard/contracts';
import { action } from '../cli-context.js';
import { EXIT } from '../exit-codes.js';
import { answerLines } from '../json-lines.js';
import { toolsOf } from '../read-tools.js';

export function addDialect(program: Command): void {
  const dialect = program.command('dialect').description('How models write reasoning and tool calls as text');
  dialect
    .command('list')
    .description('The dialects that are known')
    .action(
      action(async (context) => {
        const { DIALECT_NAMES } = await import('@switchyard/models');
        context.print(DIALECT_NAMES, () => DIALECT_NAMES.join('\n'));
      }),
    );
  dialect
    .command('read')
    .description('Read answers: a JSON line in, a JSON line out, in the same order')
    .addHelpText(
      'after',
      `
In:  {"id", "dialect" (absent or null: found out), "input" (text) or "chunks" (list of texts),
      "tools": [{"name", "description", "parameters"}], "thinking" (the prompt opened the reasoning)}
Out: {"id", "content", "reasoning", "calls": [{"id", "name", "arguments"}], "rejected": [{"raw", "reason", …}], "repairs"}
A line that is no such object gets {"id", "error": {"code", "message"}}, and the exit status is 2.

Examples:
  switchyard dialect read < answers.jsonl
  echo '{"id": 1, "input": "<tool_call>f</tool_call>", "tools": [{"name": "f"}]}' | switchyard dialect read`,
    )
    .action(
      action(async () => {
        const readLine = await lineReader();
        if ((await answerLines(process.stdin, process.stdout, readLine)) > 0) process.exitCode = EXIT.usage;
      }),
    );
}

/**
 * Reads a line. The library is loaded when it is used: every other command would wait for it too.
 *
 * The reader throws SwitchyardError `usage.invalid` and ModelError `model.dialect_unknown`.
 */
export async function lineReader(): Promise<(line: JsonObject) => object> {
  const { readDialect } = await import('@switchyard/models');
  return (line) => {
    const { dialect, thinking } = line;
    if (dialect !== undefined && dialect !== null && typeof dialect !== 'string')
      throw new SwitchyardError('usage.invalid', '"dialect" is a name, or null to find it out.');
    if (thinking !== undefined && thinking !== null && typeof thinking !== 'boolean')
      throw new SwitchyardError('usage.invalid', '"thinking" is true or false.');
    const options = { dialect: dialect ?? undefined, tools: toolsOf(line), thinking: thinking ?? false };
    const { content, reasoning, calls, rejected, repairs } = readDialect(piecesOf(line), options);
    return { id: line['id'] ?? null, content, reasoning, calls, rejected, repairs };
  };
}

function piecesOf({ input, chunks }: JsonObject): string[] {
  if (typeof input === 'string' && (chunks === undefined || chunks === null)) return [input];
  if (
    Array.isArray(chunks) &&
    (input === undefined || input === null) &&
    chunks.every((each) => typeof each === 'string')
  )
    return chunks;
  throw new SwitchyardError('usage.invalid', 'Either "input" is a text, or "chunks" is a list of texts.');
}
