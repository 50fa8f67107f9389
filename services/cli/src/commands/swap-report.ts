import type { Command } from 'commander';
import type { SwitchyardClient } from '@switchyard/client';
import { SwitchyardError, type Canary } from '@switchyard/contracts';
import { filled } from '../arguments.js';
import { action } from '../cli-context.js';
import { reportHtml } from '../swap/report/report-html.js';
import { reportJson, type ReportCanary, type ReportSource } from '../swap/report/report.js';
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
  const swap = await client.swaps.get(id);
  const { agent, certificate, rollout } = swap;
  const [certified, canary, survival] = await Promise.all([
    certificate === '' ? undefined : client.certificates.get(certificate),
    rollout === '' ? undefined : orNothing(client.evaluations.canary(rollout)),
    client.evaluations.survival({ agent }),
  ]);
  return { swap, certificate: certified, canary: canary && canaryOf(canary), survival };
}

/** A rollout that nobody has looked at yet has no canary: the report is then without one. */
async function orNothing(asked: Promise<Canary>): Promise<Canary | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof SwitchyardError && error.code.endsWith('.not_found')) return undefined;
    throw error;
  }
}

function canaryOf({ state, decision, decisionReason: reason, guardrails }: Canary): ReportCanary {
  const arm = (of: Canary['guardrails'][number]['candidate']) => ({
    exposures: of?.exposures ?? 0,
    mean: of?.mean ?? 0,
  });
  return {
    ...{ state, decision, reason },
    guardrails: guardrails.map(({ guardrail, candidate, baseline, difference, low, high, verdict, note }) => ({
      ...{ name: guardrail?.name ?? '', measure: guardrail?.measure ?? '', margin: guardrail?.margin ?? 0 },
      ...{ baseline: arm(baseline), candidate: arm(candidate), difference, low, high, verdict, note },
    })),
  };
}
