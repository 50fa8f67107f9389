import type { Guardrail, JsonObject } from '@switchyard/contracts';

/** Where a swap stands. `certified` waits for a person, or is the end where no canary was wanted. */
export type SwapStatus =
  | 'proposed'
  | 'evaluating'
  | 'comparing'
  | 'certified'
  | 'canary'
  | 'watching'
  | 'promoted'
  | 'rolled_back'
  | 'refused'
  | 'inconclusive'
  | 'stopped';

/** One of the two configurations that are held against each other. */
export interface Side {
  /** Content address; of a candidate '' until it is kept. */
  agentVersion: string;
  /** '' where the version leaves it to the router. */
  backend: string;
  profileVersion: string;
  model: string;
  /** How the backend was found where the agent does not name it, in words. */
  basis: string;
}

export interface Plan {
  /** '' where only recorded runs are replayed. */
  suite: string;
  suiteVersion: string;
  repeats: number;
  /** Recorded runs that are replayed; 0: none. */
  replay: number;
  margin: number;
  /** US dollars over all evaluations; 0: no limit. */
  maxCostUsd: number;
  noCanary: boolean;
  approve: boolean;
  share: number;
  sticky: string;
  guardrails: GuardrailPlan[];
  /** Compared runs of the candidate; 0: people promote it. */
  promoteAfter: number;
}

export type GuardrailPlan = Pick<Guardrail, 'name' | 'measure' | 'of' | 'margin' | 'alpha'>;

export type Kind = 'suite' | 'replay';
export type Role = 'baseline' | 'candidate';

/** An evaluation that a swap needs. Its id is noted before it is started, so that starting it again is harmless. */
export interface PlannedEvaluation {
  id: string;
  kind: Kind;
  role: Role;
  suite: string;
  suiteVersion: string;
  /** It was there before. */
  reused: boolean;
  /** That it was started is on record. */
  started: boolean;
}

export interface KeptComparison {
  kind: Kind;
  /** `EvaluationComparison` as JSON. */
  comparison: JsonObject;
  worse: WorseCase[];
}

/** A case in which the candidate did worse. */
export interface WorseCase {
  scorer: string;
  caseId: string;
  /** Means over its runs. */
  baseline: number;
  candidate: number;
  /** What the scorer said of the candidate's run that it liked least. */
  reason: string;
}

export interface Estimate {
  runs: number;
  costUsd: number;
  costLow: number;
  costHigh: number;
  recorded: number;
  basis: string[];
}

/** A swap as it is stored. */
export interface Swap {
  id: string;
  tenant: string;
  agent: string;
  status: SwapStatus;
  reason: string;
  baseline: Side;
  candidate: Side;
  /** What becomes the candidate's version; null where that was kept before. */
  definition: JsonObject | null;
  plan: Plan;
  evaluations: PlannedEvaluation[];
  /** PASS, FAIL, INCONCLUSIVE; '' until it was compared. */
  verdict: string;
  comparisons: KeptComparison[];
  certificate: string;
  rollout: string;
  estimate: Estimate;
  startedBy: string;
  startedAt: Date;
  endedAt: Date | null;
  /** Who asked for its end; '' while nobody did. */
  stopBy: string;
  stopReason: string;
  /** '' while nobody did. */
  approvedBy: string;
  approvedAt: Date | null;
  /** Steps that were recorded: who records one says how many there were when it was decided on. */
  revision: number;
}
