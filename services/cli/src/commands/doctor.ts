import type { Command } from 'commander';
import type { Finding } from '@switchyard/platform';
import { action } from '../cli-context.js';
import { EXIT } from '../exit-codes.js';
import { dim, green, jsonText, printable, red, yellow } from '../output/style.js';

const MARKS = { ok: green('✓'), warning: yellow('!'), failure: red('✗') };

export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description(
      'Check this machine and the system that runs on it (or, with --url, one that runs elsewhere), and say what is wrong',
    )
    .addHelpText('after', '\nExit status: 0 nothing is wrong, 1 something is.\n\nExample:\n  switchyard doctor')
    .action(
      action(async (context) => {
        const { diagnose, diagnoseRemote } = await import('@switchyard/platform');
        const findings: Finding[] = [];
        const found = context.url
          ? diagnoseRemote(await context.client())
          : diagnose({ dataDir: context.dataDir, env: process.env });
        for await (const finding of found) {
          findings.push(finding);
          if (!context.json) console.log(printable(findingText(finding)));
        }
        const failures = findings.filter(({ level }) => level === 'failure').length;
        if (context.json) console.log(jsonText(findings, 2));
        else
          console.log(
            failures === 0 ? green('\nNothing is wrong.') : red(`\n${failures} of ${findings.length} checks failed.`),
          );
        if (failures > 0) process.exitCode = EXIT.failed;
      }),
    );
}

function findingText({ level, name, detail, fix }: Finding): string {
  return `${MARKS[level]} ${name}  ${dim(detail)}${fix ? `\n    ${fix}` : ''}`;
}
