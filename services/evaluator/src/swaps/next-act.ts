import type { PlannedEvaluation, Swap, SwapStatus } from './swap.js';

/** What there is of an evaluation that was planned. */
export interface EvaluationFact {
  status: string;
  stoppedBecause: string;
  /** US dollars so far, judges included. */
  costUsd: number;
}

/** What is known of the world as the next act is decided on. */
export interface SwapFacts {
  /** The agent's current version: content address, and number for people. */
  current: { version: string; number: number };
  /** Why the backend of one of both cannot be asked; '' where it can. */
  candidateGone: string;
  baselineGone: string;
  /** Of those that were started, by id. */
  evaluations: ReadonlyMap<string, EvaluationFact>;
  /** Undefined while there is none. */
  rollout: { status: string; reason: string } | undefined;
  /** Why the certificate no longer holds; '' where it does, or there is none yet. */
  certificateEnded: string;
}

/** How a swap may end. */
export type EndStatus = Extract<SwapStatus, 'promoted' | 'rolled_back' | 'refused' | 'inconclusive' | 'stopped'>;

/** The one thing that is done next. Each may be done again after a crash: it is named by what the swap has noted before. */
export type Act =
  | { do: 'wait'; for: string }
  /** Keeps the candidate's version and notes the evaluations. */
  | { do: 'stage' }
  | { do: 'evaluate'; evaluations: { planned: PlannedEvaluation; maxCostUsd: number }[] }
  | { do: 'evaluated' }
  | { do: 'compare' }
  | { do: 'certify' }
  | { do: 'canary' }
  | { do: 'roll_out' }
  /** Ends the rollout; how it ended is seen then. */
  | { do: 'end_rollout'; status: 'rolled_back' | 'stopped'; reason: string }
  /** Cancels what is evaluated, and ends. */
  | { do: 'end'; status: EndStatus; reason: string };

/** What comes next for a swap. Pure: the same swap and facts give the same act, whoever asks and however often. */
export function nextAct(swap: Swap, facts: SwapFacts): Act {
  if (swap.endedAt !== null) return { do: 'wait', for: 'nothing: it has ended' };
  if (swap.status === 'watching') return watch(swap, facts);
  return interruption(swap, facts) ?? onward(swap, facts);
}

/** What ends a swap from outside before its rollout has begun. */
function interruption(
  swap: Swap,
  { current, candidateGone, baselineGone, certificateEnded }: SwapFacts,
): Act | undefined {
  if (swap.stopBy !== '') return { do: 'end', status: 'stopped', reason: stoppedBy(swap) };
  if (current.version !== swap.baseline.agentVersion)
    return {
      do: 'end',
      status: 'stopped',
      reason: `Somebody applied version ${current.number} of ${swap.agent} meanwhile: what was compared is not what it has now.`,
    };
  if (candidateGone !== '') return { do: 'end', status: 'refused', reason: candidateGone };
  if (baselineGone !== '')
    return { do: 'end', status: 'inconclusive', reason: `${baselineGone} There is nothing to compare with.` };
  if (certificateEnded !== '')
    return { do: 'end', status: 'stopped', reason: `The certificate no longer holds: ${certificateEnded}.` };
  return undefined;
}

function onward(swap: Swap, facts: SwapFacts): Act {
  switch (swap.status) {
    case 'proposed':
      return { do: 'stage' };
    case 'evaluating':
      return evaluate(swap, facts);
    case 'comparing':
      return conclude(swap);
    case 'certified':
      return swap.plan.approve && swap.approvedBy === ''
        ? { do: 'wait', for: 'a person to approve the canary' }
        : { do: 'canary' };
    case 'canary':
      return { do: 'roll_out' };
    default:
      return { do: 'wait', for: `nothing: it is ${swap.status}` };
  }
}

/** With a limit of money one after the other, each held to what the others left; else all at once. */
function evaluate({ evaluations, plan }: Swap, { evaluations: facts }: SwapFacts): Act {
  const known = evaluations.flatMap((planned) => {
    const fact = facts.get(planned.id);
    return fact ? [{ planned, fact }] : [];
  });
  const broken = known.find(({ fact }) => fact.status !== 'running' && fact.status !== 'completed');
  if (broken) return brokenOff(broken.planned, broken.fact);
  const missing = evaluations.filter(({ started }) => !started);
  const running = known.filter(({ planned, fact }) => planned.started && fact.status === 'running');
  if (missing.length === 0)
    return running.length === 0 ? { do: 'evaluated' } : { do: 'wait', for: `${running.length} evaluation(s) to end` };
  if (plan.maxCostUsd === 0)
    return { do: 'evaluate', evaluations: missing.map((planned) => ({ planned, maxCostUsd: 0 })) };
  if (running.length > 0) return { do: 'wait', for: 'an evaluation to end, before the next one: money is limited' };
  const left = plan.maxCostUsd - spent(known.filter(({ planned }) => !planned.reused).map(({ fact }) => fact));
  if (left <= 0)
    return {
      do: 'end',
      status: 'inconclusive',
      reason: `The $${plan.maxCostUsd} are spent, and ${missing.length} evaluation(s) have not begun. Allow more, or take fewer cases.`,
    };
  return { do: 'evaluate', evaluations: missing.slice(0, 1).map((planned) => ({ planned, maxCostUsd: left })) };
}

function brokenOff({ id, role }: PlannedEvaluation, { status, stoppedBecause }: EvaluationFact): Act {
  if (status === 'capped')
    return {
      do: 'end',
      status: 'inconclusive',
      reason: `The evaluation ${id} of the ${role} ended before its last case (${stoppedBecause || 'its money is spent'}): the rest may be its worst.`,
    };
  return { do: 'end', status: 'stopped', reason: `The evaluation ${id} of the ${role} was ${status}.` };
}

function conclude({ verdict, reason }: Swap): Act {
  if (verdict === '') return { do: 'compare' };
  if (verdict === 'PASS') return { do: 'certify' };
  return { do: 'end', status: verdict === 'FAIL' ? 'refused' : 'inconclusive', reason };
}

function watch(swap: Swap, { rollout, candidateGone }: SwapFacts): Act {
  if (rollout === undefined) return { do: 'end', status: 'stopped', reason: `The rollout ${swap.rollout} is gone.` };
  if (rollout.status === 'promoted' || rollout.status === 'rolled_back' || rollout.status === 'stopped')
    return { do: 'end', status: rollout.status, reason: rollout.reason };
  if (swap.stopBy !== '') return { do: 'end_rollout', status: 'stopped', reason: stoppedBy(swap) };
  if (candidateGone !== '') return { do: 'end_rollout', status: 'rolled_back', reason: candidateGone };
  return { do: 'wait', for: 'the rollout to end' };
}

function stoppedBy({ stopBy, stopReason }: Swap): string {
  return `${stopBy} stopped it${stopReason === '' ? '' : `: ${stopReason}`}.`;
}

function spent(facts: readonly EvaluationFact[]): number {
  return facts.reduce((sum, { costUsd }) => sum + costUsd, 0);
}
