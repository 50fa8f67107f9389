import type { Command } from 'commander';
import { create, SuiteVersionListSchema, SuiteVersionSchema, toWire, type SuiteVersion } from '@switchyard/contracts';
import { action } from '../cli-context.js';
import { readSuite } from '../evaluation/read-suite.js';
import { agoOf, count } from '../output/format.js';
import { bold, dim, harmless } from '../output/style.js';
import { table } from '../output/table.js';
import { addDraft } from './suites-draft.js';

/** `suites` */
export function addSuites(program: Command): void {
  const suites = program.command('suites').description('Suites that are kept, version by version');
  suites
    .command('apply')
    .description('Keep a suite, or a new version of it; the same suite is the same version')
    .requiredOption('-f, --file <file>', 'the suite, YAML or JSON; "-" reads standard input')
    .addHelpText('after', '\nExamples:\n  switchyard suites apply -f examples/arithmetic.suite.yaml')
    .action(
      action(async (context, { file }: { file: string }) => {
        const applied = await (await context.client()).suites.apply(await readSuite(file));
        context.print(toWire(SuiteVersionSchema, applied, { complete: true }), () => appliedText(applied));
      }),
    );
  addDraft(suites);
  suites
    .command('list')
    .description('The newest version of each suite, or all versions of one')
    .argument('[name]')
    .addHelpText('after', '\nExamples:\n  switchyard suites list\n  switchyard suites list arithmetic')
    .action(
      action(async (context, name: string | undefined) => {
        const found = await (await context.client()).suites.list({ name });
        context.print(
          toWire(SuiteVersionListSchema, create(SuiteVersionListSchema, { suites: found }), { complete: true })[
            'suites'
          ],
          () => listText(found),
        );
      }),
    );
  suites
    .command('show')
    .description('A version of a suite, as it was written')
    .argument('<name>')
    .option('--version <version>', 'its number, or the beginning of its content address; the newest where absent')
    .addHelpText('after', '\nExamples:\n  switchyard suites show arithmetic --version 1')
    .action(
      action(async (context, name: string, { version }: { version?: string }) => {
        const found = await (await context.client()).suites.get(name, version);
        const { stringify } = await import('yaml');
        context.print(toWire(SuiteVersionSchema, found, { complete: true }), () =>
          [dim(`# ${versionText(found)}`), stringify(found.suite ?? {}).trimEnd()].join('\n'),
        );
      }),
    );
}

function appliedText(suite: SuiteVersion): string {
  return `${bold(harmless(suite.name))} ${suite.created ? 'created' : 'unchanged'}, ${versionText(suite)}`;
}

function versionText({ number, version, cases }: SuiteVersion): string {
  return `version ${number}, ${count(cases, 'case')}, ${version}`;
}

function listText(found: readonly SuiteVersion[]): string {
  if (found.length === 0)
    return 'No suite is kept. Keep one with "switchyard suites apply", or run one: it is kept too.';
  return table(
    ['SUITE', 'VERSION', 'CASES', 'AGE', 'BY', 'CONTENT'],
    found.map(({ name, number, cases, createdAt, createdBy, version }) => [
      harmless(name),
      String(number),
      String(cases),
      agoOf(createdAt),
      harmless(createdBy) || '–',
      version.replace('sha256:', '').slice(0, 12),
    ]),
  );
}
