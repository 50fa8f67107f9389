import type { Swap } from '@switchyard/contracts';
import { cost, duration } from '../../output/format.js';
import { comparisonsOf, type ReportComparison } from './report.js';

type Measure = NonNullable<ReportComparison['comparison']['costUsd']>;

export interface Headline {
  /** good, bad, open: the colour of the verdict. */
  tone: 'good' | 'bad' | 'open';
  words: string;
}

const HEADLINES: Readonly<Record<string, Headline>> = {
  promoted: { tone: 'good', words: 'Swapped: proved no worse, tried on a part of the work, and now in use.' },
  certified: { tone: 'good', words: 'Proved no worse.' },
  canary: { tone: 'good', words: 'Proved no worse; about to be tried on a part of the work.' },
  watching: { tone: 'good', words: 'Proved no worse; being tried on a part of the work.' },
  refused: { tone: 'bad', words: 'Refused: do not swap.' },
  rolled_back: { tone: 'bad', words: 'Rolled back: it passed the test, and did worse at work.' },
  inconclusive: { tone: 'open', words: 'Not decided: there is proof neither for nor against it. Nothing was swapped.' },
  stopped: { tone: 'open', words: 'Stopped: nothing was swapped.' },
};

/** The verdict for somebody who reads one line. */
export function headlineOf({ status }: Swap): Headline {
  return HEADLINES[status] ?? { tone: 'open', words: 'Under way.' };
}

/** What it would mean, in three lines: quality, money, time. */
export function meaningOf(swap: Swap): { title: string; text: string }[] {
  const [first] = comparisonsOf(swap);
  if (first === undefined) return [];
  const { comparison } = first;
  return [
    { title: 'Quality', text: qualityText(first) },
    { title: 'Money', text: changeText('A run costs', comparison.costUsd, cost) },
    { title: 'Time', text: changeText('A run takes', comparison.durationMs, duration) },
  ];
}

/** What remains uncertain, and what was not looked at. */
export function risksOf(swap: Swap): string[] {
  const compared = comparisonsOf(swap);
  if (compared.length === 0) return ['Nothing was compared, so nothing is known.'];
  const cases = compared.reduce((sum, { comparison }) => sum + comparison.cases, 0);
  const uncounted = compared.flatMap(({ comparison }) =>
    comparison.scorers.filter(({ gates }) => !gates).map(({ scorer }) => scorer),
  );
  return [
    `The verdict rests on ${cases} cases. Work that looks like none of them was not tested.`,
    `If the candidate were worse by more than ${points(swap.plan?.margin ?? 0)}, this test would have called it no worse with a chance of 5 % at most.`,
    ...(uncounted.length === 0
      ? []
      : [`These scores had no part in the verdict, since nobody has vouched for them: ${uncounted.join(', ')}.`]),
    ...(swap.evaluations.some(({ reused }) => reused)
      ? [
          'The evaluation of what it had before was there already: the times compare two moments, and not two models alone.',
        ]
      : []),
    ...(swap.rollout === '' ? ['It has not been tried on real work.'] : []),
    'It speaks of the model as it answered on these days: when a provider changes it, the certificate ends.',
  ];
}

export function points(share: number): string {
  const value = Number((100 * share).toFixed(1));
  return `${value} ${Math.abs(value) === 1 ? 'point' : 'points'}`;
}

function qualityText({ comparison: { scorers, vetoes } }: ReportComparison): string {
  const told = scorers.filter(({ gates }) => gates);
  const worst = [...told].sort((one, other) => one.difference - other.difference)[0];
  if (worst === undefined) return 'No score may decide.';
  const critical = vetoes > 0 ? ` ${vetoes} critical case(s) do not pass.` : '';
  const change =
    Math.abs(worst.difference) < 0.0005
      ? 'unchanged'
      : `${points(Math.abs(worst.difference))} ${worst.difference < 0 ? 'lower' : 'higher'}`;
  return `${told.length === 1 ? worst.scorer : `The weakest of ${told.length} scores, ${worst.scorer},`} is ${change} (${points(worst.baselineMean)} before, ${points(worst.candidateMean)} after, of 100).${critical}`;
}

function changeText(what: string, measure: Measure | undefined, text: (value: number) => string): string {
  if (measure === undefined || measure.cases === 0) return `${what} … not known.`;
  const { baselineMean, candidateMean } = measure;
  const share = baselineMean === 0 ? undefined : candidateMean / baselineMean - 1;
  const change =
    share === undefined || Math.abs(share) < 0.005
      ? 'about the same'
      : `${Math.abs(100 * share).toFixed(0)} % ${share < 0 ? 'less' : 'more'}`;
  return `${what} ${text(candidateMean)} instead of ${text(baselineMean)}: ${change}.`;
}
