/** A mean of a measure, for people. */
export function figure(measure: string, value: number): string {
  switch (measure) {
    case 'cost':
      return `$${value.toPrecision(3)}`;
    case 'latency':
      return `${Math.round(value).toLocaleString('en-GB')} ms`;
    case 'success':
    case 'overrides':
      return `${(100 * value).toFixed(1)} %`;
    default:
      return value.toFixed(3);
  }
}

/** A difference of two means. */
export function differenceFigure(measure: string, candidate: number, baseline: number): string {
  const difference = candidate - baseline;
  const sign = difference < 0 ? '−' : '+';
  if (measure === 'success' || measure === 'overrides') return `${sign}${Math.abs(100 * difference).toFixed(1)} points`;
  if (measure !== 'cost' && measure !== 'latency') return `${sign}${Math.abs(difference).toFixed(3)}`;
  const relative = baseline === 0 ? '' : ` (${sign}${Math.abs((100 * difference) / baseline).toFixed(0)} %)`;
  return `${sign}${figure(measure, Math.abs(difference))}${relative}`;
}

/** A margin as its guardrail has it. */
export function marginFigure(measure: string, margin: number): string {
  if (measure === 'cost' || measure === 'latency') return `${(100 * margin).toFixed(0)} %`;
  return measure === 'success' || measure === 'overrides' ? `${(100 * margin).toFixed(1)} points` : margin.toFixed(3);
}
