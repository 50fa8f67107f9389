import { checkProbability, checkWithin, invalid } from '../invalid.js';
import type { VerdictOptions } from './verdict.js';

/** With what was left out filled in. @throws SwitchyardError `evidence.invalid` for what no verdict can be given by */
export function checkedOptions({ margin, tolerated = 0, alpha = 0.05 }: VerdictOptions): Required<VerdictOptions> {
  checkProbability('alpha', alpha);
  if (!(margin > 0))
    throw invalid(`The margin is ${margin}; that nothing at all is lost cannot be proven. Give a number above 0.`);
  checkWithin('What is tolerated', tolerated, 0, margin);
  return { margin, tolerated, alpha };
}
