import type { StartSwapRequest } from '@switchyard/contracts';
import type { GuardrailPlan, Plan } from './swap.js';
import { swapInvalid } from './swap-errors.js';

/** Two points of a hundred. */
const MARGIN = 0.02;
/** Recorded runs that are replayed where there is no suite. */
const REPLAYED = 50;
const MAX_REPLAYED = 200;
const SHARE = 0.1;
/** Compared runs of the candidate, after which a canary that nothing ended is promoted: a drop of ten points is found within them. */
const PROMOTE_AFTER = 300;

const MEASURES = ['success', 'cost', 'latency', 'feedback', 'overrides', 'score'];

export type SuiteOfPlan = Pick<Plan, 'suite' | 'suiteVersion' | 'repeats'>;

/**
 * What a swap is asked to do, with what is usual where nothing is said.
 *
 * @param suite undefined: only recorded runs are replayed
 * @throws SwitchyardError `swap.invalid`
 */
export function readPlan(request: StartSwapRequest, suite: SuiteOfPlan | undefined): Plan {
  const { margin = MARGIN, maxCostUsd, promoteAfter = PROMOTE_AFTER } = request;
  const replay = request.replay || (suite ? 0 : REPLAYED);
  if (!(margin > 0 && margin <= 1))
    throw swapInvalid(`The margin is ${margin}. Give a part of one, as 0.02 for two points.`);
  if (!(maxCostUsd >= 0 && Number.isFinite(maxCostUsd)))
    throw swapInvalid(`A swap cannot be held to $${maxCostUsd}. Give an amount above 0, or leave it out for none.`);
  if (replay > MAX_REPLAYED)
    throw swapInvalid(`${replay} runs are too many to replay at once; ${MAX_REPLAYED} at most.`);
  const share = request.share === 0 ? SHARE : request.share;
  if (!(share > 0 && share <= 1))
    throw swapInvalid(`The share is ${share}. Give a part of new runs, as 0.1 for a tenth.`);
  return {
    ...(suite ?? { suite: '', suiteVersion: '', repeats: 0 }),
    ...{ replay, margin, maxCostUsd, share, promoteAfter },
    noCanary: request.noCanary,
    approve: request.approve,
    sticky: request.sticky || 'thread',
    guardrails: readGuardrails(request.guardrails),
  };
}

/** What the router would refuse weeks later, when the canary begins, is better said now. */
function readGuardrails(written: readonly GuardrailPlan[]): GuardrailPlan[] {
  const guardrails = written.map(({ name, measure, of, margin, alpha }) => ({
    ...{ name: name || (of === '' ? measure : `${measure}.${of}`), measure, of, margin, alpha },
  }));
  const unknown = guardrails.find(({ measure }) => !MEASURES.includes(measure));
  if (unknown) throw swapInvalid(`A guardrail measures "${unknown.measure}". Give one of: ${MEASURES.join(', ')}.`);
  const vague = guardrails.find(({ measure, of }) => (measure === 'score') !== (of !== ''));
  if (vague)
    throw swapInvalid(`The guardrail "${vague.name}" needs "of" where it measures a score (whose?), and only there.`);
  const wrong = guardrails.find(({ margin, alpha }) => !(margin >= 0) || !(alpha >= 0 && alpha < 1));
  if (wrong)
    throw swapInvalid(
      `The guardrail "${wrong.name}" has a margin of ${wrong.margin} and an alpha of ${wrong.alpha}. Give a margin from 0, and an alpha below 1 or none.`,
    );
  const twice = guardrails.find(({ name }, index) => guardrails.findIndex((each) => each.name === name) !== index);
  if (twice) throw swapInvalid(`Two guardrails are called "${twice.name}". Give each a name of its own.`);
  return guardrails;
}
