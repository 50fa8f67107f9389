import type { Kind, Plan, PlannedEvaluation, Role } from './swap.js';

export interface Found {
  /** The suite of recorded runs; undefined where none are replayed. */
  replayed: { suite: string; suiteVersion: string } | undefined;
  /** The baseline's evaluation that is there; undefined where it has to be made. */
  fresh: string | undefined;
  newId: () => string;
}

/** The evaluations that a plan needs, the baseline's first: with limited money it is the candidate's that is cut short, and that says so. */
export function plannedEvaluations(plan: Plan, { replayed, fresh, newId }: Found): PlannedEvaluation[] {
  const planned = (kind: Kind, role: Role, of: { suite: string; suiteVersion: string }, there?: string) => ({
    ...{ kind, role, suite: of.suite, suiteVersion: of.suiteVersion },
    ...{ id: there ?? newId(), reused: there !== undefined, started: there !== undefined },
  });
  return [
    ...(plan.suite === '' ? [] : [planned('suite', 'baseline', plan, fresh), planned('suite', 'candidate', plan)]),
    ...(replayed ? [planned('replay', 'baseline', replayed), planned('replay', 'candidate', replayed)] : []),
  ];
}
