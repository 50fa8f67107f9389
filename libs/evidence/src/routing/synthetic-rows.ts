import type { RoutingRow } from './simulate-routing.js';

export interface SyntheticOptions {
  /** From 0 up to 1, seeded. */
  random: () => number;
  rows: number;
  /** Default 8. */
  classes?: number;
}

/**
 * Tasks with the answers of three backends, as such things are: a dear one that is better at most classes, a middling one
 * for a tenth of its price that is as good at some, and a small one for a hundredth. Answers pass or do not; costs vary
 * threefold from task to task, by the task's length for all alike.
 */
export function syntheticRows({ random, rows, classes = 8 }: SyntheticOptions): RoutingRow[] {
  const skills = Array.from({ length: classes }, () => {
    const large = 0.7 + 0.25 * random();
    const middle = large - (random() < 0.4 ? 0.01 : 0.25) * random();
    return { large, middle, small: middle - 0.1 - 0.25 * random() };
  });
  return Array.from({ length: rows }, () => {
    const index = Math.floor(random() * classes);
    const { large = 0, middle = 0, small = 0 } = skills[index] ?? {};
    // One draw for all: what is hard for one is hard for the others.
    const hardness = random();
    const passes = (skill: number) => (0.7 * hardness + 0.3 * random() < skill ? 1 : 0);
    const length = 0.5 + random();
    return {
      taskClass: `class-${index + 1}`,
      quality: { large: passes(large), middle: passes(middle), small: passes(small) },
      cost: { large: 0.03 * length, middle: 0.003 * length, small: 0.0003 * length },
    };
  });
}
