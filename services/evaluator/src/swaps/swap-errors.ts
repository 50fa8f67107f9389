import { SwitchyardError, type JsonObject } from '@switchyard/contracts';
import type { Swap } from './swap.js';

export function swapInvalid(message: string, details: JsonObject = {}): SwitchyardError {
  return new SwitchyardError('swap.invalid', message, { details });
}

export function swapNotFound(id: string): SwitchyardError {
  return new SwitchyardError(
    'swap.not_found',
    `There is no swap "${id}" in this tenant. List them to see which there are.`,
    { details: { swap: id } },
  );
}

/** @param underWay undefined where it ended just now */
export function swapUnderWay(agent: string, underWay: Pick<Swap, 'id' | 'status'> | undefined): SwitchyardError {
  const which = underWay
    ? `The swap ${underWay.id} of "${agent}" is under way (${underWay.status})`
    : 'Another swap was faster';
  return new SwitchyardError('swap.conflict', `${which}. Wait for its end, or stop it.`, {
    details: { agent, swap: underWay?.id ?? '' },
  });
}
