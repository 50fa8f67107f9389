import type { Command } from 'commander';
import { create, ToolSettingsListSchema, ToolSettingsSchema, toWire, type ToolSettings } from '@switchyard/contracts';
import { collect, number } from '../arguments.js';
import { action } from '../cli-context.js';
import { agoOf } from '../output/format.js';
import { bold, harmless } from '../output/style.js';
import { table } from '../output/table.js';

interface SetFlags {
  effect?: string;
  timeoutMs?: number;
  maxOutputBytes?: number;
  tag?: string[];
  disabled?: boolean;
  enabled?: boolean;
  concurrency?: number;
  rate?: number;
  cache?: number;
  reset?: boolean;
}

/** Commands on what people say of tools, for `switchyard tools`. */
export function addToolSettings(tools: Command): void {
  tools
    .command('settings')
    .description('What is said of tools here, whatever their servers say')
    .addHelpText('after', '\nExample:\n  switchyard tools settings')
    .action(
      action(async (context) => {
        const settings = await (await context.client()).tools.settings();
        const list = create(ToolSettingsListSchema, { settings });
        context.print(toWire(ToolSettingsListSchema, list, { complete: true })['settings'], () =>
          table(
            ['TOOL', 'SETTINGS', 'BY', 'AGE'],
            settings.map((one) => [one.tool, harmless(saidBy(one)), harmless(one.updatedBy), agoOf(one.updatedAt)]),
          ),
        );
      }),
    );
  tools
    .command('set')
    .description('Say something of a tool, whatever its server says; what is not named stays as it was set')
    .argument('<tool>', 'a tool, "<toolset>.*" or "*"')
    .option('--effect <class>', 'pure, idempotent or irreversible')
    .option('--timeout-ms <ms>', 'how long a call may take', number)
    .option('--max-output-bytes <bytes>', 'how much of a result an agent is given', number)
    .option('--tag <word>', 'a word by which it is found; may be repeated, and replaces those that were set', collect)
    .option('--concurrency <n>', 'calls at once, over all tool hosts; 0: as many as there are', number)
    .option('--rate <n>', 'calls a minute, over all tool hosts; 0: as many as there are', number)
    .option(
      '--cache <seconds>',
      'a pure tool: give a result again for the same arguments for so long; 0: never',
      number,
    )
    .option('--disabled', 'it is listed nowhere and never called')
    .option('--enabled', 'it is, whatever is said of its toolset')
    .option('--reset', 'forget all that was set before')
    .addHelpText(
      'after',
      `
Examples:
  switchyard tools set search_find --cache 300 --rate 60
  switchyard tools set 'github.*' --effect irreversible --concurrency 4
  switchyard tools set github_delete_repository --disabled`,
    )
    .action(
      action(async (context, tool: string, flags: SetFlags) => {
        const { tools: resource } = await context.client();
        const before = flags.reset ? undefined : (await resource.settings()).find((one) => one.tool === tool);
        const applied = await resource.set(merged(tool, before, flags));
        const said = saidBy(applied);
        context.print(toWire(ToolSettingsSchema, applied, { complete: true }), () =>
          said === '' ? `Nothing is said of ${bold(tool)} any more` : `${bold(tool)}: ${harmless(said)}`,
        );
      }),
    );
}

function merged(tool: string, before: ToolSettings | undefined, flags: SetFlags): ToolSettings {
  const settings: ToolSettings = before ? { ...before } : create(ToolSettingsSchema, { tool });
  settings.effect = flags.effect ?? settings.effect;
  settings.timeoutMs = flags.timeoutMs ?? settings.timeoutMs;
  settings.maxOutputBytes = flags.maxOutputBytes ?? settings.maxOutputBytes;
  settings.tags = flags.tag ?? settings.tags;
  settings.concurrency = flags.concurrency ?? settings.concurrency;
  settings.callsPerMinute = flags.rate ?? settings.callsPerMinute;
  settings.cacheSeconds = flags.cache ?? settings.cacheSeconds;
  if (flags.disabled || flags.enabled) settings.disabled = flags.disabled === true;
  return settings;
}

function saidBy(settings: ToolSettings): string {
  const { effect, timeoutMs, maxOutputBytes, tags, disabled, concurrency, callsPerMinute, cacheSeconds } = settings;
  return [
    disabled === undefined ? '' : disabled ? 'disabled' : 'enabled',
    effect,
    timeoutMs > 0 ? `at most ${timeoutMs} ms` : '',
    maxOutputBytes > 0 ? `at most ${maxOutputBytes} bytes` : '',
    concurrency > 0 ? `${concurrency} at once` : '',
    callsPerMinute > 0 ? `${callsPerMinute} a minute` : '',
    cacheSeconds > 0 ? `results kept ${cacheSeconds} s` : '',
    tags.length > 0 ? `tags: ${tags.join(', ')}` : '',
  ]
    .filter((part) => part !== '')
    .join('; ');
}
