import type { Command } from 'commander';
import { SwitchyardError, type JsonObject } from '@switchyard/contracts';
import { action } from '../cli-context.js';
import { EXIT } from '../exit-codes.js';
import { answerLines } from '../json-lines.js';
import { toolsOf } from '../read-tools.js';

export function addWire(program: Command): void {
  const wire = program.command('wire').description('What model APIs answer');
  wire
    .command('read')
    .description('Read recorded responses: a JSON line in, a JSON line out, in the same order')
    .addHelpText(
      'after',
      `
In:  {"id", "api": "openai-chat" | "openai-responses" | "anthropic" | "gemini" | "bedrock" | "mistral" | "cohere" | "ollama",
      "body" (the raw response, JSON or stream, as text; Bedrock's binary stream in base64),
      "profile" (absent, or an object of what differs from the API's defaults), "tools": [{"name", "description", "parameters"}]}
Out: {"id", "content", "reasoning", "calls", "rejected", "repairs", "finish", "usage", "error"}
A line that is no such object gets {"id", "error": {"code", "message"}}, and the exit status is 2.

Examples:
  switchyard wire read < responses.jsonl`,
    )
    .action(
      action(async () => {
        const readLine = await bodyReader();
        if ((await answerLines(process.stdin, process.stdout, readLine)) > 0) process.exitCode = EXIT.usage;
      }),
    );
}

/** Reads a line. The reader throws SwitchyardError `usage.invalid`. */
export async function bodyReader(): Promise<(line: JsonObject) => object> {
  const { readBody, WIRE_API_NAMES } = await import('@switchyard/models');
  return (line) => {
    const { body, profile } = line;
    const api = WIRE_API_NAMES.find((name) => name === line['api']);
    if (api === undefined) throw new SwitchyardError('usage.invalid', `"api" is one of ${WIRE_API_NAMES.join(', ')}.`);
    if (typeof body !== 'string') throw new SwitchyardError('usage.invalid', '"body" is the response as text.');
    if (profile !== undefined && profile !== null && (typeof profile !== 'object' || Array.isArray(profile)))
      throw new SwitchyardError('usage.invalid', '"profile" is an object of what differs from the defaults.');
    return { id: line['id'] ?? null, ...readBody(body, { api, profile: profile ?? {}, tools: toolsOf(line) }) };
  };
}
