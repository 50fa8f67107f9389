import type { Subject } from './subject.js';

/** What happened at one time at which somebody's watching ended. */
export interface RiskRow {
  time: number;
  /** How many had entered before this time and had not ended before it. */
  atRisk: number;
  /** Ends of any cause. */
  events: number;
  /** Ends by cause; causes that ended nobody at this time are left out. */
  byCause: ReadonlyMap<string, number>;
  censored: number;
}

/** One row for each distinct end, in order of time: all that the estimators need, whatever the truncation. */
export function riskTable(subjects: readonly Subject[]): RiskRow[] {
  const exits = subjects.toSorted((a, b) => a.exit - b.exit);
  // Who is watched from the birth on is at risk at every time, 0 included.
  const entries = subjects.map(({ entry = -Infinity }) => entry).sort((a, b) => a - b);
  const rows: RiskRow[] = [];
  let entered = 0;
  for (let next = 0; next < exits.length;) {
    const time = exits[next]?.exit ?? Infinity;
    while ((entries[entered] ?? Infinity) < time) entered += 1;
    const atRisk = entered - next;
    const byCause = new Map<string, number>();
    let events = 0;
    let ended = 0;
    for (; exits[next]?.exit === time; next += 1) {
      const cause = exits[next]?.cause;
      ended += 1;
      if (cause === undefined) continue;
      events += 1;
      byCause.set(cause, (byCause.get(cause) ?? 0) + 1);
    }
    rows.push({ time, atRisk, events, byCause, censored: ended - events });
  }
  return rows;
}

/** Those who were not over before `from`: the answer is then for lives that lasted until then (a landmark). */
export function livesLasting(subjects: readonly Subject[], from: number | undefined): readonly Subject[] {
  return from === undefined ? subjects : subjects.filter(({ exit }) => exit >= from);
}
