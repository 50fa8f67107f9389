/** One score of one run. */
export interface ComparedScore {
  scorer: string;
  value: number;
  passed: boolean;
  reason: string;
  /** Empty where it is a score at all. */
  errorCode: string;
  uncalibrated: boolean;
  /** Tells whether two scorers have the same options. */
  rule: string;
  /** The configuration that judged and what it was asked; empty where no model judged, as of a run that failed. */
  judge: string;
}

/** One run of a case that has ended. */
export interface ComparedRun {
  repeat: number;
  /** It ended in failure: it then fails all scorers. */
  failed: boolean;
  error: string;
  costUsd: number;
  durationMs: number;
  scores: ComparedScore[];
}

/** A case of an evaluation, with those of its runs that completed or failed. */
export interface ComparedCase {
  id: string;
  /** Tells whether two cases of one id ask and expect the same. */
  content: string;
  /** Absent: a case by itself. */
  cluster: string | undefined;
  weight: number;
  critical: boolean;
  runs: ComparedRun[];
}

/** A case that both evaluations have, as the candidate's suite weighs it. */
export interface CasePair {
  baseline: ComparedCase;
  candidate: ComparedCase;
}
