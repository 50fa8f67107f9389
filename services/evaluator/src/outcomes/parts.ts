import { isDeepStrictEqual } from 'node:util';
import { SwitchyardError, type Configuration } from '@switchyard/contracts';

/** What a configuration is made of, as people name it. A backend is its name with its profile and the model that answered. */
export const PARTS = {
  agent_version: ({ agentVersion }) => agentVersion,
  backend: ({ backend, profileVersion, model }) => [backend, profileVersion, model],
  parameters: ({ parameters }) => [parameters?.temperature, parameters?.topP, parameters?.maxOutputTokens],
  tools: ({ tools }) => tools,
  platform_version: ({ platformVersion }) => platformVersion,
} as const satisfies Record<string, (configuration: Configuration) => unknown>;
export type Part = keyof typeof PARTS;

/** The parts in which two configurations differ. */
export function differingParts(one: Configuration, other: Configuration): Part[] {
  return partNames().filter((part) => !isDeepStrictEqual(PARTS[part](one), PARTS[part](other)));
}

/** @throws SwitchyardError `evaluation.invalid` where there is no such part */
export function readParts(names: readonly string[]): Part[] {
  return names.map((name) => {
    const part = partNames().find((known) => known === name);
    if (part) return part;
    throw new SwitchyardError(
      'evaluation.invalid',
      `A configuration has no part "${name}". Its parts are ${partNames().join(', ')}.`,
      { details: { part: name } },
    );
  });
}

function partNames(): Part[] {
  return Object.keys(PARTS).filter((name): name is Part => name in PARTS);
}
