import type { Command } from 'commander';
import type { JsonObject, JsonValue } from '@switchyard/contracts';
import { jsonObject } from '../arguments.js';
import { action } from '../cli-context.js';
import { oneLine } from '../output/format.js';
import { bold, harmless } from '../output/style.js';
import { table } from '../output/table.js';

export function addToolContents(tools: Command): void {
  tools
    .command('resources')
    .description('The resources of an MCP server, or one of them')
    .argument('<server>')
    .argument('[uri]', 'reads this one')
    .addHelpText(
      'after',
      '\nExamples:\n  switchyard tools resources docs\n  switchyard tools resources docs file:///srv/docs/a.md',
    )
    .action(
      action(async (context, name: string, uri: string | undefined) => {
        const { tools: resource } = await context.client();
        if (uri !== undefined) {
          const read = await resource.readResource(name, uri);
          return context.print(read, () => listOf(read['contents']).map(contentText).join('\n'));
        }
        const found = await resource.resources(name);
        const rows = [...listOf(found['resources']), ...listOf(found['templates'])];
        context.print(found, () =>
          table(
            ['URI', 'NAME', 'TYPE', 'DESCRIPTION'],
            rows.map((row) => [
              shown(row['uri'] ?? row['uriTemplate']),
              shown(row['name']),
              shown(row['mimeType']),
              shown(row['description']),
            ]),
          ),
        );
      }),
    );
  tools
    .command('prompts')
    .description('The prompts of an MCP server, or one of them filled in')
    .argument('<server>')
    .argument('[prompt]', 'fills in this one')
    .argument('[arguments]', 'as a JSON object of texts', jsonObject, {})
    .addHelpText(
      'after',
      '\nExamples:\n  switchyard tools prompts docs\n  switchyard tools prompts docs summarise \'{"style":"short"}\'',
    )
    .action(
      action(async (context, name: string, prompt: string | undefined, args: JsonObject) => {
        const { tools: resource } = await context.client();
        if (prompt !== undefined) {
          const filled = await resource.getPrompt(name, prompt, args);
          return context.print(filled, () => listOf(filled['messages']).map(messageText).join('\n\n'));
        }
        const found = await resource.prompts(name);
        context.print(found, () =>
          table(
            ['PROMPT', 'ARGUMENTS', 'DESCRIPTION'],
            listOf(found['prompts']).map((row) => [
              shown(row['name']),
              listOf(row['arguments'])
                .map((argument) => `${shown(argument['name'])}${argument['required'] === true ? '' : '?'}`)
                .join(' '),
              shown(row['description']),
            ]),
          ),
        );
      }),
    );
  tools
    .command('complete')
    .description('Values that would do for an argument of a prompt or of a template of URIs of an MCP server')
    .argument('<server>')
    .argument('<prompt-or-template>', 'the name of a prompt, or a template as `tools resources` shows it')
    .argument('<argument>')
    .argument('[value]', 'what is written so far', '')
    .addHelpText('after', '\nExample:\n  switchyard tools complete docs summarise style sh')
    .action(
      action(async (context, name: string, of: string, argument: string, value: string) => {
        const reference = of.includes('{') ? { uri: of } : { prompt: of };
        const found = await (await context.client()).tools.complete(name, reference, argument, value);
        const { values } = objectOf(found['completion']);
        context.print(found, () =>
          Array.isArray(values) ? values.map((text) => harmless(String(text))).join('\n') : '',
        );
      }),
    );
}

/** What a server sends is shown as it is, and taken for nothing. */
function shown(value: JsonValue | undefined): string {
  return typeof value === 'string' ? harmless(oneLine(value, 70)) : '';
}

function contentText(content: JsonObject): string {
  const { text, blob, mimeType } = content;
  if (typeof text === 'string') return harmless(text);
  return `[${shown(mimeType)}, ${typeof blob === 'string' ? blob.length : 0} bytes in base64]`;
}

function messageText({ role, content }: JsonObject): string {
  return `${bold(shown(role))}\n${contentText(objectOf(content))}`;
}

function listOf(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.map(objectOf) : [];
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}
