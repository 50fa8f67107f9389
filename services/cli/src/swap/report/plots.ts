import { escaped } from './html.js';

/** A difference with what it is known to lie between. */
export interface Whisker {
  label: string;
  difference: number;
  low: number | undefined;
  high: number | undefined;
  tone: 'good' | 'bad' | 'open' | 'quiet';
}

export interface Bar {
  label: string;
  before: number;
  after: number;
  text: (value: number) => string;
}

const WIDTH = 720;
const LABEL = 170;
const ROW = 34;
const COLOURS = { good: '#1a7f37', bad: '#b42318', open: '#9a6700', quiet: '#6e7781' };

/**
 * Differences with their intervals, a row each; the broken line is by how much the candidate may be worse.
 *
 * @param margin undefined where each row has its own
 */
export function differencePlot(
  rows: readonly Whisker[],
  margin: number | undefined,
  unit: (value: number) => string,
): string {
  const ends = rows
    .flatMap(({ difference, low, high }) => [difference, low ?? difference, high ?? difference])
    .filter(Number.isFinite);
  const reach = Math.max(...ends.map(Math.abs), (margin ?? 0) * 1.3, 1e-9) * 1.08;
  const x = (value: number) => LABEL + ((value + reach) / (2 * reach)) * (WIDTH - LABEL - 20);
  const height = rows.length * ROW + 56;
  const bottom = height - 34;
  const line = (value: number, style: string) =>
    `<line x1="${f(x(value))}" x2="${f(x(value))}" y1="10" y2="${bottom}" ${style}/>`;
  const tick = (value: number, text: string) =>
    `<text x="${f(x(value))}" y="${bottom + 16}" text-anchor="middle" class="tick">${escaped(text)}</text>`;
  return [
    svg(height, 'Differences between candidate and baseline with their intervals'),
    line(0, 'stroke="#8c959f"'),
    tick(0, 'the same'),
    ...(margin === undefined
      ? []
      : [line(-margin, 'stroke="#b42318" stroke-dasharray="5 4"'), tick(-margin, `margin ${unit(-margin)}`)]),
    `<text x="${LABEL}" y="${height - 2}" class="tick">← candidate worse</text>`,
    `<text x="${WIDTH - 20}" y="${height - 2}" text-anchor="end" class="tick">candidate better →</text>`,
    ...rows.map((row, index) => whisker(row, 10 + index * ROW + ROW / 2, x, unit)),
    '</svg>',
  ].join('');
}

/** Before and after, two bars each; every row to its own scale. */
export function beforeAfterPlot(bars: readonly Bar[]): string {
  const height = bars.length * 62 + 8;
  const rows = bars.map(({ label, before, after, text }, index) => {
    const top = 8 + index * 62;
    const scale = (WIDTH - LABEL - 130) / Math.max(before, after, 1e-12);
    const bar = (value: number, y: number, colour: string, name: string) =>
      `<rect x="${LABEL}" y="${y}" width="${f(Math.max(1, value * scale))}" height="20" rx="2" fill="${colour}"/>` +
      `<text x="${f(LABEL + value * scale + 8)}" y="${y + 15}" class="tick">${escaped(`${text(value)} ${name}`)}</text>`;
    return `<text x="${LABEL - 12}" y="${top + 28}" text-anchor="end">${escaped(label)}</text>${bar(before, top, '#8c959f', 'before')}${bar(after, top + 24, '#0969da', 'after')}`;
  });
  return [svg(height, 'Before and after'), ...rows, '</svg>'].join('');
}

function whisker(
  { label, difference, low, high, tone }: Whisker,
  y: number,
  x: (value: number) => number,
  unit: (value: number) => string,
): string {
  const colour = COLOURS[tone];
  const interval =
    low === undefined || high === undefined
      ? ''
      : `<line x1="${f(x(low))}" x2="${f(x(high))}" y1="${y}" y2="${y}" stroke="${colour}" stroke-width="3" stroke-linecap="round"/>`;
  const between = low === undefined || high === undefined ? 'not known how sure' : `${unit(low)} to ${unit(high)}`;
  return [
    `<g><title>${escaped(`${label}: ${unit(difference)} (${between})`)}</title>`,
    `<text x="${LABEL - 12}" y="${y + 4}" text-anchor="end">${escaped(label.length > 22 ? `${label.slice(0, 21)}…` : label)}</text>`,
    interval,
    `<circle cx="${f(x(difference))}" cy="${y}" r="5" fill="${colour}"/></g>`,
  ].join('');
}

function svg(height: number, title: string): string {
  return `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${title}" xmlns="http://www.w3.org/2000/svg">`;
}

/** A coordinate: a tenth of a pixel is enough, and the same everywhere. */
function f(value: number): string {
  return value.toFixed(1);
}
