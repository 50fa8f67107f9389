import { SwitchyardError } from '@switchyard/contracts';
import type { RolloutRow } from './rollout-message.js';

export function rolloutNotFound(id: string): SwitchyardError {
  return new SwitchyardError(
    'rollout.not_found',
    `There is no rollout ${id.slice(0, 128)}. \`switchyard rollout list\` shows those there are.`,
    { details: { rollout: id.slice(0, 128) } },
  );
}

export function alreadyRunning({ id, agent, candidate, share }: RolloutRow): SwitchyardError {
  return new SwitchyardError(
    'rollout.conflict',
    `The agent "${agent}" has a rollout under way, ${id} (${share * 100} % of new runs on ${candidate.slice(0, 19)}…), and has one at a time. End it first: \`switchyard rollout stop ${id}\`.`,
    { details: { agent, rollout: id } },
  );
}

export function isCurrent(agent: string, number: number): SwitchyardError {
  return new SwitchyardError(
    'rollout.conflict',
    `Version ${number} of "${agent}" is the current one: all new runs execute it already. Name another one; \`switchyard agents versions ${agent}\` lists them.`,
    { details: { agent, number } },
  );
}

export function keyTaken(key: string, { id, agent }: RolloutRow): SwitchyardError {
  return new SwitchyardError(
    'rollout.conflict',
    `The idempotency key "${key}" belongs to another rollout, ${id} of "${agent}", with other content. Use a new key for a new rollout.`,
    { details: { agent, rollout: id } },
  );
}

export function hasEndedAs({ id, agent, status, reason }: RolloutRow): SwitchyardError {
  return new SwitchyardError(
    'rollout.conflict',
    `The rollout ${id} of "${agent}" has ended: ${status}${reason === '' ? '' : `, ${reason}`}. Start a new one.`,
    { details: { agent, rollout: id, status } },
  );
}
