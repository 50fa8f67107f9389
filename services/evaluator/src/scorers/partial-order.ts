import type { JsonObject } from '@switchyard/contracts';
import { shorten, type Problem } from '../suite/problems.js';
import type { Wanted } from './expected-call.js';

/** An expected call as a suite writes it. */
export type WrittenStep = string | { id?: string; tool: string; arguments?: JsonObject; after?: string[] };

/** An expected call, with those that must come before it. */
export interface Step extends Wanted {
  id: string | undefined;
  /** Places in the list of steps. */
  after: readonly number[];
}

/** The steps with their order; what refers to nothing is left out (see `orderProblems`). */
export function readSteps(written: readonly WrittenStep[]): Step[] {
  const places = new Map(written.map((step, index) => [typeof step === 'string' ? undefined : step.id, index]));
  return written.map((step) => {
    if (typeof step === 'string') return { id: undefined, tool: step, arguments: undefined, after: [] };
    const after = (step.after ?? []).flatMap((id) => places.get(id) ?? []);
    return { id: step.id, tool: step.tool, arguments: step.arguments, after };
  });
}

/** Ids that are given twice or refer to nothing, and steps that wait for themselves. */
export function orderProblems(written: readonly WrittenStep[]): Problem[] {
  const ids = written.map((step) => (typeof step === 'string' ? undefined : step.id));
  const problems = written.flatMap((step, index) => {
    if (typeof step === 'string') return [];
    const first = ids.indexOf(step.id);
    const twice =
      step.id !== undefined && first < index
        ? [{ path: `tools[${index}].id`, reason: `is ${shorten(step.id)}, as tools[${first}].id is; ids must differ` }]
        : [];
    const unknown = (step.after ?? []).flatMap((id, place) =>
      ids.includes(id)
        ? []
        : [{ path: `tools[${index}].after[${place}]`, reason: `is ${shorten(id)}; no step has this id` }],
    );
    return [...twice, ...unknown];
  });
  if (problems.length > 0) return problems;
  const stuck = stuckSteps(readSteps(written));
  return stuck.map((index) => ({ path: `tools[${index}].after`, reason: 'leads in a circle back to this step' }));
}

/** Steps that can never be made, as what must come before them cannot either. */
function stuckSteps(steps: readonly Step[]): number[] {
  const made = new Set<number>();
  for (let size = -1; size !== made.size;) {
    size = made.size;
    steps.forEach(({ after }, index) => {
      if (after.every((before) => made.has(before))) made.add(index);
    });
  }
  return steps.flatMap((_, index) => (made.has(index) ? [] : [index]));
}
