import type { Command } from 'commander';
import { SwitchyardError, type JsonObject } from '@switchyard/contracts';
import { action } from '../cli-context.js';
import { EXIT } from '../exit-codes.js';
import { entryFinder, type EntryFinder } from '../catalogue.js';
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
In:  {"id", "api": "openai-chat" | "openai-responses" | "anthropic" | "gemini" | "bedrock" | "mistral" | "cohere" | "ollama" | "completion",
      "body" (the raw response, JSON or stream, as text; Bedrock's binary stream in base64),
      "profile" (absent, an object of what differs from the API's defaults, or a name of the catalogue: "zai/glm-5.2", which says
      the "api" too), "tools": [{"name", "description", "parameters"}]}
Out: {"id", "content", "reasoning", "calls", "rejected", "repairs", "finish", "usage", "error"}
A line that is no such object gets {"id", "error": {"code", "message"}}, and the exit status is 2.

Examples:
  switchyard wire read < responses.jsonl`,
    )
    .action(
      action(async ({ catalogueFolders }) => {
        const readLine = await bodyReader(entryFinder(catalogueFolders));
        if ((await answerLines(process.stdin, process.stdout, readLine)) > 0) process.exitCode = EXIT.usage;
      }),
    );
}

/** Reads a line. The reader throws SwitchyardError `usage.invalid`, and `catalogue.not_found` or `catalogue.ambiguous` for a name. */
export async function bodyReader(
  findEntry: EntryFinder = entryFinder([]),
): Promise<(line: JsonObject) => object | Promise<object>> {
  const { readBody, WIRE_API_NAMES } = await import('@switchyard/models');
  const read = (line: JsonObject, profile: JsonObject): object => {
    const { body } = line;
    const api = WIRE_API_NAMES.find((name) => name === line['api']);
    if (api === undefined) throw new SwitchyardError('usage.invalid', `"api" is one of ${WIRE_API_NAMES.join(', ')}.`);
    if (typeof body !== 'string') throw new SwitchyardError('usage.invalid', '"body" is the response as text.');
    return { id: line['id'] ?? null, ...readBody(body, { api, profile, tools: toolsOf(line) }) };
  };
  return (line) => {
    const { profile } = line;
    if (typeof profile === 'string')
      return named(line, profile, findEntry).then((each) => read(each.line, each.profile));
    if (profile !== undefined && profile !== null && (typeof profile !== 'object' || Array.isArray(profile)))
      throw new SwitchyardError(
        'usage.invalid',
        '"profile" is an object of what differs from the defaults, or a name of the catalogue.',
      );
    return read(line, profile ?? {});
  };
}

/** The line with the API of the entry, and the entry's profile. */
async function named(
  line: JsonObject,
  name: string,
  findEntry: EntryFinder,
): Promise<{ line: JsonObject; profile: JsonObject }> {
  const entry = await findEntry(name);
  const { api } = line;
  if (api !== undefined && api !== null && api !== entry.api)
    throw new SwitchyardError(
      'usage.invalid',
      `"api" is "${String(api).slice(0, 64)}", and ${entry.name} speaks ${entry.api}: leave it out.`,
    );
  return { line: { ...line, api: entry.api }, profile: JSON.parse(JSON.stringify(entry.profile)) as JsonObject };
}
