import type { Command } from 'commander';
import {
  create,
  SwitchyardError,
  ToolVersionListSchema,
  ToolVersionSchema,
  toWire,
  type ToolVersion,
} from '@switchyard/contracts';
import { positive } from '../arguments.js';
import { action } from '../cli-context.js';
import { agoOf } from '../output/format.js';
import { bold, dim, green, harmless, red, yellow } from '../output/style.js';
import { table } from '../output/table.js';

interface DiffFlags {
  from?: number;
  to?: number;
}

/** Commands on what a server has offered under the name of a tool, for `switchyard tools`. */
export function addToolVersions(tools: Command): void {
  tools
    .command('versions')
    .description('What its server has offered under the name of a tool, and which of it agents get')
    .argument('<tool>')
    .addHelpText('after', '\nExample:\n  switchyard tools versions search_find')
    .action(
      action(async (context, name: string) => {
        const versions = await (await context.client()).tools.versions(name);
        const list = create(ToolVersionListSchema, { versions });
        context.print(toWire(ToolVersionListSchema, list, { complete: true })['versions'], () =>
          table(['VERSION', 'SEEN', 'ACCEPTED', 'BY', 'EFFECT', ''], versions.map(rowOf)),
        );
      }),
    );
  tools
    .command('diff')
    .description('What its server changed about a tool: the version that agents get against the newest')
    .argument('<tool>')
    .option('--from <number>', 'instead of the version that agents get', positive)
    .option('--to <number>', 'instead of the newest version', positive)
    .addHelpText(
      'after',
      '\nExamples:\n  switchyard tools diff search_find\n  switchyard tools diff search_find --from 1 --to 3',
    )
    .action(
      action(async (context, name: string, { from, to }: DiffFlags) => {
        const versions = await (await context.client()).tools.versions(name);
        const before = pick(name, versions, from, ({ current }) => current);
        const after = pick(name, versions, to, (_, index) => index === 0);
        const { createTwoFilesPatch } = await import('diff');
        const patch = createTwoFilesPatch(labelOf(before), labelOf(after), textOf(before), textOf(after));
        const same = before.number === after.number;
        const value = { tool: name, from: before.number, to: after.number, diff: same ? '' : patch };
        context.print(value, () => (same ? `${bold(name)} has not changed` : coloured(patch)));
      }),
    );
  tools
    .command('accept')
    .description('Let agents have a changed tool')
    .argument('<tool>')
    .option('--version <number>', 'this version instead of the newest; an earlier one goes back to what was', positive)
    .addHelpText(
      'after',
      '\nExamples:\n  switchyard tools accept search_find\n  switchyard tools accept search_find --version 1',
    )
    .action(
      action(async (context, name: string, { version }: { version?: number }) => {
        const accepted = await (await context.client()).tools.accept(name, version);
        context.print(
          toWire(ToolVersionSchema, accepted, { complete: true }),
          () => `Agents get version ${accepted.number} of ${bold(accepted.tool)}`,
        );
      }),
    );
}

function rowOf({ number, seenAt, acceptedAt, acceptedBy, definition, current }: ToolVersion): string[] {
  return [
    String(number),
    agoOf(seenAt),
    acceptedAt ? agoOf(acceptedAt) : yellow('not accepted'),
    harmless(acceptedBy),
    definition?.effect ?? '',
    current ? green('agents get this') : '',
  ];
}

function pick(
  name: string,
  versions: readonly ToolVersion[],
  number: number | undefined,
  otherwise: (version: ToolVersion, index: number) => boolean,
): ToolVersion {
  const found = versions.find((version, index) =>
    number === undefined ? otherwise(version, index) : version.number === number,
  );
  if (found) return found;
  const kept = versions.map((version) => version.number).join(', ');
  throw new SwitchyardError(
    'tool.version_not_found',
    number === undefined
      ? `No version of "${name}" is accepted. \`switchyard tools accept ${name}\` accepts the newest.`
      : `There is no version ${number} of "${name}". Kept are ${kept}.`,
  );
}

function labelOf({ tool, number }: ToolVersion): string {
  return `${tool} version ${number}`;
}

/** What a model sees of a tool, and its effect class, a fact a line. */
function textOf({ definition }: ToolVersion): string {
  const { description = '', effect = '', parameters = {} } = definition ?? {};
  return `effect: ${effect}\n${description}\n${JSON.stringify(parameters, null, 2)}\n`;
}

function coloured(patch: string): string {
  return patch
    .trimEnd()
    .split('\n')
    .map((line) => {
      const text = harmless(line);
      if (line.startsWith('+')) return green(text);
      if (line.startsWith('-')) return red(text);
      return line.startsWith('@@') ? dim(text) : text;
    })
    .join('\n');
}
