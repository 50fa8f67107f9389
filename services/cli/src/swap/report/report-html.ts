import { timestampDate } from '@switchyard/contracts';
import { cost, count, duration } from '../../output/format.js';
import { escaped, htmlTable } from './html.js';
import { beforeAfterPlot, differencePlot, type Bar, type Whisker } from './plots.js';
import { comparisonsOf, type ReportCanary, type ReportComparison, type ReportSource } from './report.js';
import { STYLE } from './style.js';
import { survivalPlot } from './survival-plot.js';
import { headlineOf, meaningOf, points, risksOf } from './words.js';

/** The report as one file for a browser: no script, nothing loaded. All text in it that others wrote is escaped. */
export function reportHtml(source: ReportSource): string {
  const { swap } = source;
  const { tone, words } = headlineOf(swap);
  const title = `Swap of ${swap.agent}: ${sideName(swap.baseline)} → ${sideName(swap.candidate)}`;
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    `<title>${escaped(title)}</title><style>${STYLE}</style></head><body><main>`,
    `<h1>${escaped(title)}</h1>`,
    `<p class="verdict ${tone}">${escaped(words)}</p>`,
    ...(swap.reason === '' ? [] : [`<p class="why"><b>Why.</b> ${escaped(swap.reason)}</p>`]),
    meaningHtml(source),
    ...comparisonsOf(swap).map((each) => comparisonHtml(each, swap.plan?.margin ?? 0)),
    ...(source.canary ? [canaryHtml(source.canary)] : []),
    survivalHtml(source),
    `<h2>What remains uncertain</h2><ul>${risksOf(swap)
      .map((risk) => `<li>${escaped(risk)}</li>`)
      .join('')}</ul>`,
    certificateHtml(source),
    stepsHtml(source),
    '</main></body></html>\n',
  ].join('\n');
}

function meaningHtml({ swap }: ReportSource): string {
  const cards = meaningOf(swap).map(
    ({ title, text }) => `<section><h3>${escaped(title)}</h3><p>${escaped(text)}</p></section>`,
  );
  const spent = `<section><h3>This test</h3><p>${escaped(`${count(swap.evaluations.length, 'evaluation')}, ${cost(swap.costUsd)} in all.`)}</p></section>`;
  return `<div class="cards">${[...cards, spent].join('')}</div>`;
}

function comparisonHtml({ kind, comparison, worse }: ReportComparison, margin: number): string {
  const rows: Whisker[] = comparison.scorers.map(({ scorer, difference, low, high, verdict, gates }) => ({
    ...{ label: scorer, difference, low, high, tone: gates ? toneOf(verdict) : 'quiet' },
  }));
  const { vetoes, criticalFailures } = comparison;
  return [
    `<h2>${kind === 'replay' ? 'Recorded work, replayed' : `The suite ${escaped(comparison.suite)}`}</h2>`,
    `<p>${escaped(`${count(comparison.cases, 'case')}; each bar is a score's change with what it is known to lie between.`)}</p>`,
    differencePlot(rows, margin, signedPoints),
    htmlTable(
      ['Score', 'Verdict', 'Cases', 'Before', 'After', 'Change', 'More cases that would decide'],
      comparison.scorers.map((each) => [
        escaped(each.scorer),
        `<span class="${each.gates ? toneOf(each.verdict) : 'quiet'}">${escaped(each.gates ? each.verdict : 'not counted')}</span>`,
        String(each.cases),
        each.baselineMean.toFixed(3),
        each.candidateMean.toFixed(3),
        escaped(intervalText(each, signedPoints)),
        each.moreCases === undefined ? '–' : String(each.moreCases),
      ]),
    ),
    ...(vetoes > 0
      ? [
          `<h3>${escaped(count(vetoes, 'critical case'))} that did not pass</h3>`,
          htmlTable(
            ['Case', 'Passed before', 'Score', 'What was found'],
            criticalFailures.map(({ caseId, passedBefore, scorer, reason }) =>
              [caseId, passedBefore ? 'yes' : 'no', scorer || 'the run failed', reason].map(escaped),
            ),
          ),
        ]
      : []),
    ...(worse.length > 0
      ? [
          '<h3>Cases that fell most</h3>',
          htmlTable(
            ['Case', 'Score', 'Before', 'After', 'What was found'],
            worse.map(({ caseId, scorer, baseline, candidate, reason }) =>
              [caseId, scorer, baseline.toFixed(2), candidate.toFixed(2), reason].map(escaped),
            ),
          ),
        ]
      : []),
    measuresHtml(comparison),
  ].join('\n');
}

function measuresHtml({ costUsd, durationMs }: ReportComparison['comparison']): string {
  const bars: Bar[] = [
    ...(costUsd && costUsd.cases > 0
      ? [{ label: 'Cost of a run', before: costUsd.baselineMean, after: costUsd.candidateMean, text: cost }]
      : []),
    ...(durationMs && durationMs.cases > 0
      ? [{ label: 'Time of a run', before: durationMs.baselineMean, after: durationMs.candidateMean, text: duration }]
      : []),
  ];
  if (bars.length === 0) return '';
  const signed = (text: (value: number) => string) => (value: number) =>
    `${value < 0 ? '−' : '+'}${text(Math.abs(value))}`;
  const lines = [
    ...(costUsd ? [`Cost: ${intervalText(costUsd, signed(cost))}.`] : []),
    ...(durationMs ? [`Time: ${intervalText(durationMs, signed(duration))}.`] : []),
  ];
  return `<h3>Cost and time</h3>${beforeAfterPlot(bars)}<p class="small">${escaped(lines.join(' '))}</p>`;
}

function canaryHtml({ state, decision, reason, guardrails }: ReportCanary): string {
  const shares = guardrails.filter(({ measure }) => measure !== 'cost' && measure !== 'latency');
  // Of overrides, fewer is better; the plot's right is the better side.
  const side = ({ measure }: ReportCanary['guardrails'][number]) => (measure === 'overrides' ? -1 : 1);
  const rows: Whisker[] = shares.map((each) => {
    const [low, high] = side(each) < 0 ? [negated(each.high), negated(each.low)] : [each.low, each.high];
    return { label: each.name, difference: side(each) * each.difference, low, high, tone: toneOf(each.verdict) };
  });
  return [
    '<h2>Tried on a part of the work</h2>',
    `<p>${escaped([decision === '' ? `It is ${state}.` : `It was ${decision.replace('_', ' ')}.`, reason].join(' '))}</p>`,
    ...(rows.length > 0 ? [differencePlot(rows, undefined, signedPoints)] : []),
    htmlTable(
      ['Guardrail', 'Verdict', 'Before (runs)', 'After (runs)', 'Found'],
      guardrails.map(({ name, verdict, baseline, candidate, note }) => [
        escaped(name),
        `<span class="${toneOf(verdict)}">${escaped(verdict.replace('_', ' '))}</span>`,
        `${baseline.mean.toPrecision(3)} (${baseline.exposures})`,
        `${candidate.mean.toPrecision(3)} (${candidate.exposures})`,
        escaped(note),
      ]),
    ),
  ].join('\n');
}

/** How long this agent's configurations stay in use: what a swap that passed may expect. Of no end nothing can be told. */
function survivalHtml({ survival }: ReportSource): string {
  const [group] = survival?.groups ?? [];
  if (survival === undefined || group === undefined || group.ended === 0) return '';
  const causes = group.causes
    .filter(({ ended }) => ended > 0)
    .map(({ cause, ended }) => `${cause.replace('_', ' ')} ${ended}`);
  const told = `${group.ended} of ${count(group.lives, 'configuration')} of this agent have ended: ${causes.join(', ')}. The band holds the true share with 95 %.`;
  return `<h2>How long configurations of this agent last</h2><p>${escaped(told)}</p>${survivalPlot(group, survival.unit)}`;
}

function certificateHtml({ swap, certificate }: ReportSource): string {
  const rows = [
    ['Swap', swap.id],
    ['Asked for by', swap.startedBy],
    ...(swap.approvedBy === '' ? [] : [['Approved by', swap.approvedBy]]),
    ['Before', sideText(swap.baseline)],
    ['After', sideText(swap.candidate)],
    [
      'Evaluations',
      swap.evaluations.map(({ id, role, reused }) => `${id} (${role}${reused ? ', was there' : ''})`).join(', '),
    ],
    ...(certificate
      ? [
          [
            'Certificate',
            `${certificate.id}, ${certificate.status.replace('_', ' ')}${certificate.reason === '' ? '' : `: ${certificate.reason}`}`,
          ],
          [
            'Holds until',
            `${certificate.expiresAt ? timestampDate(certificate.expiresAt).toISOString().slice(0, 10) : '–'}, or until a part of what it speaks of changes`,
          ],
          ['Digest', certificate.digest],
          ['To check it', `switchyard certificates verify ${certificate.id}`],
        ]
      : []),
  ];
  return `<h2>For the record</h2>${htmlTable(
    ['', ''],
    rows.map((row) => row.map(escaped)),
  )}`;
}

function stepsHtml({ swap }: ReportSource): string {
  return `<h2>What was done</h2>${htmlTable(
    ['When (UTC)', 'Step', 'By', 'What'],
    swap.steps.map(({ at, act, actor, note }) => [
      at ? timestampDate(at).toISOString().slice(0, 19).replace('T', ' ') : '–',
      ...[act.replace('_', ' '), actor, note].map(escaped),
    ]),
  )}`;
}

type Side = ReportSource['swap']['baseline'];

function sideName(side: Side): string {
  return side?.backend || side?.agentVersion.replace('sha256:', '').slice(0, 8) || 'any';
}

function sideText(side: Side): string {
  if (!side) return '–';
  const parts = [
    side.backend || 'any backend',
    side.model,
    side.agentVersion === '' ? '' : `version ${side.agentVersion.replace('sha256:', '').slice(0, 12)}`,
  ];
  return `${parts.filter((part) => part !== '').join(', ')}${side.basis === '' ? '' : ` (${side.basis})`}`;
}

function toneOf(verdict: string): 'good' | 'bad' | 'open' {
  if (verdict === 'PASS' || verdict === 'no_worse' || verdict === 'held') return 'good';
  return verdict === 'FAIL' || verdict === 'harm' ? 'bad' : 'open';
}

function negated(value: number | undefined): number | undefined {
  return value === undefined ? undefined : -value;
}

function signedPoints(share: number): string {
  return `${share < 0 ? '−' : '+'}${points(Math.abs(share))}`;
}

function intervalText(
  { difference, low, high }: { difference: number; low?: number | undefined; high?: number | undefined },
  text: (value: number) => string,
): string {
  const between =
    low === undefined || high === undefined ? 'not known how sure' : `95 %: ${text(low)} to ${text(high)}`;
  return `${text(difference)} (${between})`;
}
