import type { RoutingOutcome } from '@switchyard/evidence';

/** A run as the record has it. */
export interface RunToLearn {
  runId: string;
  backend: string;
  taskClass: string;
  status: string;
  /** Of the error; empty where it completed. */
  errorCode: string;
  costUsd: number;
  durationMs: number;
  /** The mean of what people say it was worth, 0 to 1. */
  rating: number | undefined;
  /** The mean of what scorers gave it, 0 to 1. */
  score: number | undefined;
  explored: boolean;
  /** It was learnt of before, and people have said something since. */
  late: boolean;
}

/** Names of classes that are longer count as none: what is learnt is sent to routers in one message. */
export const MOST_CHARACTERS = 128;

/** Families of errors that are the backend's: a tool that fails, a limit or a budget says nothing of it as a server. */
const OF_THE_BACKEND = /^(model|backend)\./;

/**
 * What routing learns of a run. Quality is what people said of it, together with what scorers gave it (the mean of the two
 * means); where neither did: 1 if it completed, 0 if it failed. A failed run that nobody judged otherwise is worth nothing,
 * and a cancelled one tells only what it cost. Undefined: there is nothing to learn.
 */
export function learntOutcome(run: RunToLearn): RoutingOutcome | undefined {
  const { backend, costUsd, durationMs, explored, status } = run;
  if (backend === '') return undefined;
  const quality = qualityOf(run);
  const about = { backend, taskClass: routedClass(run.taskClass), ...(quality !== undefined && { quality }) };
  if (run.late) return quality === undefined ? undefined : { ...about, late: true };
  return {
    ...about,
    cost: costUsd,
    // A run that failed at once was not quick.
    ...(status === 'completed' && { latencyMs: durationMs }),
    ...(status !== 'cancelled' && { failed: status === 'failed' && OF_THE_BACKEND.test(run.errorCode) }),
    explored,
  };
}

export function routedClass(taskClass: string): string {
  return taskClass.length > MOST_CHARACTERS ? '' : taskClass;
}

function qualityOf({ status, rating, score, late }: RunToLearn): number | undefined {
  // What a scorer said was learnt of with the run.
  const told = [rating, late ? undefined : score].filter((value) => value !== undefined);
  if (told.length > 0) return told.reduce((sum, value) => sum + value, 0) / told.length;
  if (late || status === 'cancelled') return undefined;
  return status === 'completed' ? 1 : 0;
}
