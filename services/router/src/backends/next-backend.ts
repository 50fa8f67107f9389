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
  /** Backends with a certificate in force for the agent: `*` stands for these first. Default: none is known. */
  certified?: ReadonlySet<string>;
  /** `*` stands for these alone. */
  certifiedOnly?: boolean;
}

/** Why a backend that the list names is not taken. */
export interface Refused {
  backend: string;
  reason: string;
}

/**
 * The next backend of a list of fallbacks. Pure. A name is taken in its turn also while it is shown as failing, as with
 * every backend that is named; `*` leaves those out whose circuit is open, and takes certified ones first. What the agent needs of a backend holds for each.
 */
export function nextBackend(choice: FallbackChoice): { chosen?: Chosen; refused: Refused[] } {
  const refused: Refused[] = [];
  for (const name of choice.fallbacks) {
    if (choice.visited.has(name)) continue;
    const chosen = name === ANY_BACKEND ? attemptAny(choice, refused) : attempt(choice, name, refused);
    if (chosen) return { chosen, refused };
  }
  return { refused };
}

/** A certified one that suits, else, unless the agent takes no other, any. */
function attemptAny(choice: FallbackChoice, refused: Refused[]): Chosen | undefined {
  const { certified = new Set(), certifiedOnly = false, visited, nowMs } = choice;
  const others = choice.candidates.filter(
    (backend) => !visited.has(backend.name) && factsOf(backend).openUntilMs <= nowMs,
  );
  const trusted = others.filter(({ name }) => certified.has(name));
  if (certifiedOnly) return attempt({ ...choice, candidates: trusted }, ANY_BACKEND, refused);
  const best = trusted.length > 0 ? attempt({ ...choice, candidates: trusted }, ANY_BACKEND, []) : undefined;
  return best ?? attempt({ ...choice, candidates: others }, ANY_BACKEND, refused);
}

function attempt(choice: FallbackChoice, name: string, refused: Refused[]): Chosen | undefined {
  const { requirement, candidates, nowMs, usesTools = false } = choice;
  const override = name === ANY_BACKEND ? {} : { override: name, overrideBy: 'the list of fallbacks' };
  try {
    return chooseBackend({
      requirement: { ...requirement, backend: '' },
      ...override,
      ...{ usesTools, candidates, nowMs },
    });
  } catch (error) {
    if (!(error instanceof SwitchyardError)) throw error;
    refused.push({ backend: name, reason: error.message });
    return undefined;
  }
}
