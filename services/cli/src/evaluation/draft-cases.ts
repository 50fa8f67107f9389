import type { DraftOptions, SwitchyardClient } from '@switchyard/client';
import type { JsonObject } from '@switchyard/contracts';

/** What became of the runs that were looked at. */
export interface DraftReport {
  cases: number;
  /** Places that were taken out, by kind. */
  redacted: Record<string, number>;
  /** Runs of which no case was made, by the reason. */
  leftOut: Record<string, number>;
}

/** Runs of one page. */
const PAGE = 200;

/** Has cases made, page by page, until there are `limit` of them or no more runs. */
export async function draftCases(
  suites: Pick<SwitchyardClient['suites'], 'draft'>,
  agent: string,
  { limit, ...options }: DraftOptions & { limit: number },
  write: (made: JsonObject) => Promise<void>,
): Promise<DraftReport> {
  const report: DraftReport = { cases: 0, redacted: {}, leftOut: {} };
  let before: string | undefined;
  do {
    // Never more than are wanted: what is counted as redacted is what was written.
    const page = await suites.draft(agent, { ...options, before, limit: Math.min(PAGE, limit - report.cases) });
    for (const made of page.cases) await write(made);
    report.cases += page.cases.length;
    add(report.redacted, page.redacted);
    add(report.leftOut, page.leftOut);
    before = page.next;
  } while (before !== '' && report.cases < limit);
  return report;
}

function add(sums: Record<string, number>, more: Readonly<Record<string, number>>): void {
  for (const [key, count] of Object.entries(more)) sums[key] = (sums[key] ?? 0) + count;
}
