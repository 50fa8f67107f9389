import { SwitchyardError } from '@switchyard/contracts';
import { factsOf } from './backend-facts.js';
import { chooseBackend, type Choice, type Chosen } from './choose-backend.js';

/** Stands in a list of fallbacks for any other backend that has what the agent asks for. */
export const ANY_BACKEND = '*';

export interface FallbackChoice extends Pick<Choice, 'requirement' | 'usesTools' | 'candidates' | 'nowMs'> {
  /** Names in order, and `*`. */
  fallbacks: readonly string[];
  /** Where the run is or has been: no backend is fallen back to twice. */
  visited: ReadonlySet<string>;
}

/** Why a backend that the list names is not taken. */
export interface Refused {
  backend: string;
  reason: string;
}

/**
 * The next backend of a list of fallbacks. Pure. A name is taken in its turn also while it is shown as failing, as with
 * every backend that is named; `*` leaves those out whose circuit is open. What the agent needs of a backend holds for each.
 */
export function nextBackend(choice: FallbackChoice): { chosen?: Chosen; refused: Refused[] } {
  const refused: Refused[] = [];
  for (const name of choice.fallbacks) {
    if (choice.visited.has(name)) continue;
    const chosen = attempt(choice, name, refused);
    if (chosen) return { chosen, refused };
  }
  return { refused };
}

function attempt(choice: FallbackChoice, name: string, refused: Refused[]): Chosen | undefined {
  const { requirement, visited, nowMs, usesTools = false } = choice;
  const isAny = name === ANY_BACKEND;
  const candidates = isAny
    ? choice.candidates.filter((backend) => !visited.has(backend.name) && factsOf(backend).openUntilMs <= nowMs)
    : choice.candidates;
  try {
    return chooseBackend({
      requirement: { ...requirement, backend: '' },
      ...(isAny ? {} : { override: name, overrideBy: 'the list of fallbacks' }),
      ...{ usesTools, candidates, nowMs },
    });
  } catch (error) {
    if (!(error instanceof SwitchyardError)) throw error;
    refused.push({ backend: name, reason: error.message });
    return undefined;
  }
}
