import type { SurvivalReport } from '@switchyard/contracts';
import { amountOf } from '../../evaluation/survival-text.js';

type Group = SurvivalReport['groups'][number];

const WIDTH = 720;
const HEIGHT = 190;
const LEFT = 50;
const BOTTOM = HEIGHT - 34;
const TOP = 10;

/** The part of configurations that is still in use, over their age: the line, and what it is known to lie between. */
export function survivalPlot({ curve, until }: Group, unit: string): string {
  const x = (time: number) => LEFT + (Math.min(time, until) / Math.max(until, 1e-9)) * (WIDTH - LEFT - 20);
  const y = (share: number) => TOP + (1 - share) * (BOTTOM - TOP);
  const upper = stepsOf(curve, ({ survival, high }) => high ?? survival, until);
  const lower = stepsOf(curve, ({ survival, low }) => low ?? survival, until).reverse();
  const points = (steps: readonly Step[]) =>
    steps.map(({ time, share }) => `${x(time).toFixed(1)},${y(share).toFixed(1)}`).join(' ');
  const label = (share: number) =>
    `<text x="${LEFT - 8}" y="${(y(share) + 4).toFixed(1)}" text-anchor="end" class="tick">${100 * share} %</text>`;
  return [
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Configurations in use by age" xmlns="http://www.w3.org/2000/svg">`,
    `<polygon points="${points([...upper, ...lower])}" fill="#ddf4ff"/>`,
    `<polyline points="${points(stepsOf(curve, ({ survival }) => survival, until))}" fill="none" stroke="#0969da" stroke-width="2"/>`,
    `<line x1="${LEFT}" x2="${WIDTH - 20}" y1="${BOTTOM}" y2="${BOTTOM}" stroke="#8c959f"/>`,
    ...[0, 0.5, 1].map(label),
    `<text x="${LEFT}" y="${HEIGHT - 14}" class="tick">0</text>`,
    `<text x="${WIDTH - 20}" y="${HEIGHT - 14}" text-anchor="end" class="tick">${amountOf(until, unit)}</text>`,
    '</svg>',
  ].join('');
}

interface Step {
  time: number;
  share: number;
}

/** It falls at an end, and stays until the next. */
function stepsOf(curve: Group['curve'], share: (point: Group['curve'][number]) => number, until: number): Step[] {
  const steps: Step[] = [{ time: 0, share: 1 }];
  for (const point of curve) {
    const before = steps.at(-1)?.share ?? 1;
    steps.push({ time: point.time, share: before }, { time: point.time, share: share(point) });
  }
  return [...steps, { time: until, share: steps.at(-1)?.share ?? 1 }];
}
