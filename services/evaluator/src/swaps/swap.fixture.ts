import type { SwapFacts } from './next-act.js';
import type { PlannedEvaluation, Role, Swap } from './swap.js';

const SIDE = { profileVersion: '', model: '', basis: '' };

/** A swap of which only the parts named matter. */
export function swapOf(parts: Partial<Swap> = {}): Swap {
  return {
    ...{ id: 'swap_1', tenant: 'default', agent: 'helper', status: 'proposed', reason: '' },
    baseline: { agentVersion: 'sha256:base', backend: 'sim', ...SIDE },
    candidate: { agentVersion: 'sha256:new', backend: 'better', ...SIDE },
    definition: null,
    plan: {
      ...{ suite: 'test', suiteVersion: 'sha256:s', repeats: 1, replay: 0, margin: 0.02, maxCostUsd: 0 },
      ...{ noCanary: false, approve: false, share: 0.1, sticky: 'thread', guardrails: [], promoteAfter: 300 },
    },
    ...{ evaluations: [], verdict: '', comparisons: [], certificate: '', rollout: '' },
    estimate: { runs: 0, costUsd: 0, costLow: 0, costHigh: 0, recorded: 0, basis: [] },
    ...{ startedBy: 'user:test', startedAt: new Date(0), endedAt: null, stopBy: '', stopReason: '' },
    ...{ approvedBy: '', approvedAt: null, revision: 1 },
    ...parts,
  };
}

/** Its id is its role. */
export function planned(role: Role, started = false): PlannedEvaluation {
  return { id: role, kind: 'suite', role, suite: 'test', suiteVersion: 'sha256:s', reused: false, started };
}

/** All is as it was when the swap began. */
export function factsOf(parts: Partial<SwapFacts> = {}): SwapFacts {
  return {
    current: { version: 'sha256:base', number: 1 },
    ...{ candidateGone: '', baselineGone: '', evaluations: new Map(), rollout: undefined, certificateEnded: '' },
    ...parts,
  };
}
