import { SwitchyardError } from '@switchyard/contracts';

/** What a tenant lets its tasks cost. */
export interface RoutingBudget {
  /** Of money, what a task may cost on average. */
  perTask: number;
  /**
   * How many tasks' worth of what was not spent may be spent later. Default 1,000: in simulations of 14,000 tasks all of it
   * is spent that quality is worth; with 200 a twentieth was left where a dear backend was found to be good late.
   */
  burst: number;
}

export interface RoutingSettings {
  /** Tasks of a class after which an observation counts about a third (1/e) of a new one. */
  memory: number;
  /** The most of all decisions that may be taken to learn and not because they are best, 0 to below 1. */
  exploration: number;
  /** How many runs of a class the backend's runs of other classes stand for. */
  borrowed: number;
  budget: RoutingBudget | undefined;
}

export const DEFAULT_SETTINGS: RoutingSettings = {
  // 333 steps is the effective memory of ParetoBandit (arXiv 2604.00136, γ = 0.997). Twice as long, since sudden changes
  // are found by a detector here, and a longer memory tells small differences apart.
  memory: 666,
  exploration: 0.05,
  borrowed: 8,
  budget: undefined,
};

export interface RoutingOptions extends Partial<Omit<RoutingSettings, 'budget'>> {
  budget?: { perTask: number; burst?: number };
}

/**
 * Settings with what was left out.
 * @throws SwitchyardError `routing.invalid`
 */
export function settingsOf({ budget, ...given }: RoutingOptions): RoutingSettings {
  const settings = { ...DEFAULT_SETTINGS, ...given, budget: budget && { burst: 1_000, ...budget } };
  const { memory, exploration, borrowed } = settings;
  if (!(memory >= 1 && Number.isFinite(memory)))
    throw invalid(`A memory of ${memory} tasks is none: give a number from 1 on.`);
  if (!(exploration >= 0 && exploration < 1))
    throw invalid(`An exploration of ${exploration} is none: give a share from 0 to below 1, such as 0.05.`);
  if (!(borrowed > 0 && Number.isFinite(borrowed)))
    throw invalid(`To borrow ${borrowed} runs from other classes is not possible: give a number above 0.`);
  if (settings.budget && !(settings.budget.perTask > 0 && Number.isFinite(settings.budget.perTask)))
    throw invalid(`A budget of ${settings.budget.perTask} a task is none: give an amount above 0, or leave it out.`);
  if (settings.budget && !(settings.budget.burst >= 0 && Number.isFinite(settings.budget.burst)))
    throw invalid(`A burst of ${settings.budget.burst} tasks is none: give a number from 0 on.`);
  return settings;
}

/** The error of everything in this folder that was asked in a way that has no answer. */
export function invalid(message: string): SwitchyardError {
  return new SwitchyardError('routing.invalid', message);
}
