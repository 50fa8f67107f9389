import type { Command } from 'commander';
import type { SwitchyardClient } from '@switchyard/client';
import { filled } from '../arguments.js';
import { action } from '../cli-context.js';
import { reportHtml } from '../swap/report/report-html.js';
import { reportJson, type ReportSource } from '../swap/report/report.js';
import { swapText } from '../swap/swap-text.js';
import { checkFolder, writeText } from '../write-text.js';

export function addSwapReport(swap: Command): void {
  swap
    .command('report')
    .description('A report that a manager can read, in HTML, or all its numbers as JSON')
    .argument('<swap>')
    .option('--html <file>', 'write it as one file for a browser, with plots', filled)
    .addHelpText(
      'after',
      '\nExamples:\n  switchyard swap report swap_… --html report.html\n  switchyard swap report swap_… --json > report.json',
    )
    .action(
      action(async (context, id: string, { html }: { html?: string }) => {
        if (html !== undefined) await checkFolder(html);
        const source = await sourceOf(await context.client(), id);
        if (html !== undefined) await writeText(html, reportHtml(source));
        context.print(reportJson(source), () => (html === undefined ? swapText(source.swap) : `Written to ${html}.`));
      }),
    );
}

async function sourceOf(client: SwitchyardClient, id: string): Promise<ReportSource> {
  return { swap: await client.swaps.get(id) };
}
