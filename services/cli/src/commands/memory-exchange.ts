import { createReadStream } from 'node:fs';
import { once } from 'node:events';
import { Option, type Command } from 'commander';
import {
  AuditReportSchema,
  ConsolidateReplySchema,
  MemoryRecordSchema,
  SwitchyardError,
  toWire,
  type AuditReport,
  type ConsolidateReply,
} from '@switchyard/contracts';
import { number } from '../arguments.js';
import { action } from '../cli-context.js';
import { EXIT } from '../exit-codes.js';
import { candidatesIn, FORMATS, type Format } from '../memory-import/candidates-in.js';
import { importMemories, type ImportReport } from '../memory-import/import-memories.js';
import { oneLine } from '../output/format.js';
import { ProgressLine } from '../output/progress.js';
import { bold, dim, harmless, jsonText, yellow } from '../output/style.js';
import { scopeOf, withScope, type ScopeFlags } from './memory-scope.js';

interface ImportFlags extends ScopeFlags {
  format: Format;
  trust: string;
  check?: boolean;
}

/** Refusals that are shown to people; --json has more. */
const MAX_SHOWN = 20;

export function addMemoryExchange(memory: Command): void {
  addExport(memory);
  addImport(memory);
  withScope(memory.command('consolidate').description('Make summaries of what exactly this scope holds'))
    .option('--by <agent>', 'the agent that writes them; rules do where absent')
    .action(
      action(async (context, flags: ScopeFlags & { by?: string }) => {
        const { exchange } = (await context.client()).memories;
        const reply = await exchange.consolidate(scopeOf(flags), flags.by);
        context.print(toWire(ConsolidateReplySchema, reply, { complete: true }), () => consolidatedText(reply));
      }),
    );
  withScope(memory.command('audit').description('Find junk, duplicates, contradictions and orphans'))
    .option('-n, --limit <n>', 'findings, at most 1000', number, 200)
    .action(
      action(async (context, flags: ScopeFlags & { limit: number }) => {
        const { exchange } = (await context.client()).memories;
        const report = await exchange.audit({ scope: scopeOf(flags), limit: flags.limit });
        context.print(toWire(AuditReportSchema, report, { complete: true }), () => auditText(report));
      }),
    );
}

function addExport(memory: Command): void {
  withScope(
    memory.command('export').description('Memories as JSON lines, with what was known of them and what they rest on'),
  )
    .option('--all', 'what was retracted, too')
    .addHelpText(
      'after',
      '\nExamples:\n  switchyard memory export > memories.jsonl\n  switchyard memory export --user ada > ada.jsonl',
    )
    .action(
      action(async (context, flags: ScopeFlags & { all?: boolean }) => {
        const { exchange } = (await context.client()).memories;
        const records = exchange.export({ scope: scopeOf(flags), all: flags.all ?? false });
        // With --json one document, as of every command; it is written as it comes, for it may be large.
        let before = context.json ? '[\n' : '';
        for await (const record of records) {
          await write(`${before}${jsonText(toWire(MemoryRecordSchema, record))}${context.json ? '' : '\n'}`);
          if (context.json) before = ',\n';
        }
        if (context.json) await write(before === '[\n' ? '[]\n' : '\n]\n');
      }),
    );
}

function addImport(memory: Command): void {
  withScope(memory.command('import').description('Memories from a file; the same file again changes nothing'))
    .argument('<file>', '"-" for standard input')
    .addOption(new Option('--format <format>', 'of the file').choices(FORMATS).default('auto'))
    .addOption(
      new Option('--trust <trust>', 'how far it is believed').choices(['low', 'medium', 'high']).default('low'),
    )
    .option('--check', 'say what would become of it, and store nothing')
    .addHelpText(
      'after',
      '\nExamples:\n  switchyard memory import memories.jsonl --check\n  switchyard memory import mem0.json --format mem0 --user ada --trust medium',
    )
    .action(
      action(async (context, file: string, flags: ImportFlags) => {
        const { exchange } = (await context.client()).memories;
        const { trust, check = false } = flags;
        const progress = new ProgressLine();
        let begun = '';
        const report = await importMemories(
          candidatesIn(bytesOf(file), flags.format),
          (records, options) => exchange.import(records, options),
          { scope: scopeOf(flags), trust, check },
          ({ stored, repeated, skipped, act }) => {
            begun = act;
            if (!context.json) progress.update(`${stored + repeated + skipped} read …`);
          },
        ).catch((error: unknown) => {
          progress.clear();
          if (begun !== '') process.stderr.write(`What was stored before it failed: ${takeBackNote(begun)}\n`);
          throw error;
        });
        progress.clear();
        context.print({ ...report, check }, () => importText(report, check));
        if (report.refused > 0) process.exitCode = EXIT.failed;
      }),
    );
}

/** @throws SwitchyardError `usage.unreadable` */
async function* bytesOf(file: string): AsyncGenerator<Uint8Array> {
  try {
    const stream: AsyncIterable<Uint8Array> = file === '-' ? process.stdin : createReadStream(file);
    yield* stream;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SwitchyardError('usage.unreadable', `Cannot read ${file}: ${reason}.`, { cause });
  }
}

async function write(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain');
}

function importText(report: ImportReport, check: boolean): string {
  const { stored, repeated, skipped, refused, refusals, act } = report;
  const counts = [
    `${stored} ${check ? 'would be stored' : 'stored'}`,
    ...(repeated > 0 ? [`${repeated} ${check ? 'would be counted' : 'counted'}, for they were said before`] : []),
    ...(skipped > 0 ? [`${skipped} imported before`] : []),
    ...(refused > 0 ? [yellow(`${refused} refused`)] : []),
  ];
  const shown = refusals
    .slice(0, MAX_SHOWN)
    .map(({ at, code, message }) => `  ${at}: ${harmless(message)} ${dim(`[${code}]`)}`);
  const more = refused > shown.length ? [dim(`  and ${refused - shown.length} more`)] : [];
  const back = act === '' ? [] : [dim(takeBackNote(act))];
  return [counts.join(', '), ...shown, ...more, ...back].join('\n');
}

function takeBackNote(act: string): string {
  return `${act}; to take it back: switchyard memory restore ${act}`;
}

function auditText({ findings, counts, memories }: AuditReport): string {
  const kinds = Object.entries(counts).filter(([, count]) => count > 0);
  const summary = kinds.map(([kind, count]) => `${count} × ${kind}`).join(', ');
  const lines = findings.flatMap((finding) => [
    `${bold(finding.kind)}  ${harmless(finding.why)}`,
    ...finding.memories.map(({ id, text }) => `  ${dim(id)}  ${harmless(oneLine(text, 90))}`),
    ...(finding.advice === '' ? [] : [`  ${harmless(finding.advice)}`]),
  ]);
  return [`${memories} memories looked at: ${summary || 'nothing found'}`, ...lines].join('\n');
}

function consolidatedText({ made, refused }: ConsolidateReply): string {
  const lines = [
    ...made.map(({ id, text }) => `${harmless(text)}\n    ${dim(id)}`),
    ...refused.map((subject) => `No summary of ${harmless(subject)}: what it is made of would be found worse`),
  ];
  return lines.length === 0 ? 'Nothing new to summarise' : lines.join('\n');
}
