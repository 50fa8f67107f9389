import { createReadStream, createWriteStream, type WriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { Option, type Command } from 'commander';
import type { BundlePartName } from '@switchyard/client';
import { BundleReportSchema, readBundle, SwitchyardError, toWire } from '@switchyard/contracts';
import { moment } from '../arguments.js';
import { bundleText, reportText } from '../bundle/bundle-text.js';
import { action } from '../cli-context.js';
import { ProgressLine } from '../output/progress.js';
import { checkFolder } from '../write-text.js';

const PARTS: readonly BundlePartName[] = ['agents', 'tools', 'runs', 'evidence'];

interface ExportFlags {
  output?: string;
  since?: Date;
  without?: BundlePartName[];
}

interface ImportFlags {
  check?: boolean;
  merge?: boolean;
}

/** `bundle` */
export function addBundle(program: Command): void {
  const bundle = program.command('bundle').description('The whole record as one file: out of one system, into another');
  addExport(bundle);
  addImport(bundle);
  bundle
    .command('show')
    .description('What a bundle is, and whether it is whole; no system is asked')
    .argument('<file>', '"-" for standard input')
    .addHelpText('after', '\nExample:\n  switchyard bundle show record.switchyard.gz')
    .action(
      action(async (context, file: string) => {
        const facts = await readBundle(bytesOf(file));
        context.print(facts, () => bundleText(facts));
      }),
    );
}

function addExport(bundle: Command): void {
  bundle
    .command('export')
    .description('Agents, tools without their secrets, runs, evidence: all that this tenant has on record')
    .option('-o, --output <file>', 'where to; standard output where absent')
    .option('--since <time>', 'of what has a time, what began since', moment)
    .addOption(new Option('--without <part...>', 'leave a part out').choices(PARTS))
    .addHelpText(
      'after',
      `
Examples:
  switchyard bundle export -o record.switchyard.gz
  switchyard bundle export --without runs -o definitions.switchyard.gz
  switchyard bundle export --since 2026-11-01T00:00:00Z > november.switchyard.gz`,
    )
    .action(
      action(async (context, { output, since, without }: ExportFlags) => {
        if (output === undefined && process.stdout.isTTY)
          throw new SwitchyardError('usage.invalid', 'A bundle is no text for a terminal: name a file with -o.');
        if (output !== undefined) await checkFolder(output);
        const { bundles } = await context.client();
        const options = { since, ...(without && { without }) };
        const facts = await exported(bundles.export(options), output, context.json);
        // Standard output is the bundle.
        if (output === undefined) process.stderr.write(`${bundleText(facts)}\n`);
        else context.print({ file: output, ...facts }, () => `${output}\n${bundleText(facts)}`);
      }),
    );
}

function addImport(bundle: Command): void {
  bundle
    .command('import')
    .description('Into an empty system; the same bundle again changes nothing, and one that was broken off goes on')
    .argument('<file>', '"-" for standard input')
    .option('--check', 'read and check all of it, and store nothing')
    .option('--merge', 'into a system that has records: the same is left alone, other content is refused')
    .addHelpText(
      'after',
      `
Examples:
  switchyard bundle import record.switchyard.gz --check
  switchyard bundle import record.switchyard.gz`,
    )
    .action(
      action(async (context, file: string, { check = false, merge = false }: ImportFlags) => {
        const { bundles } = await context.client();
        const report = await bundles.import(bytesOf(file), { check, merge });
        context.print(toWire(BundleReportSchema, report, { complete: true }), () => reportText(report));
      }),
    );
}

/** Written beside its name until it is whole, so that no half of one is ever taken for a bundle. */
async function exported(bundle: AsyncIterable<Uint8Array>, output: string | undefined, quiet: boolean) {
  const progress = new ProgressLine();
  const part = `${output}.part`;
  const out = output === undefined ? process.stdout : createWriteStream(part);
  let bytes = 0;
  async function* kept() {
    for await (const chunk of bundle) {
      if (!out.write(chunk)) await once(out, 'drain');
      bytes += chunk.length;
      if (!quiet) progress.update(`${Math.ceil(bytes / 1_024)} KiB …`);
      yield chunk;
    }
  }
  try {
    const facts = await readBundle(kept());
    progress.clear();
    if (output === undefined) return facts;
    await closed(out);
    await rename(part, output);
    return facts;
  } catch (error) {
    progress.clear();
    if (output !== undefined) await closed(out).finally(() => rm(part, { force: true }));
    throw error;
  }
}

async function closed(out: WriteStream | NodeJS.WriteStream): Promise<void> {
  out.end();
  await finished(out);
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
