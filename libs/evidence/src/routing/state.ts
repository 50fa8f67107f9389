import { NOTHING, type Average } from './average.js';
import { NO_CHANGE, type Change, type ChangeDetector } from './change-detector.js';
import { NOTHING_SPENT, type Pacing } from './pacing.js';
import { invalid, settingsOf, type RoutingOptions, type RoutingSettings } from './settings.js';

/** Of the state, and of the rules by which it is learnt and decided from. */
export const STATE_VERSION = 2;

/** What the record says of one backend, of a class of tasks or of all. */
export interface ArmRecord {
  quality: Average;
  /** The mean since the last change, which forgets nothing: what observations are held against. */
  reference: Average;
  detector: ChangeDetector;
  cost: Average;
  latencyMs: Average;
  /** Of runs, those that failed for good. */
  failures: Average;
}

export interface ClassRecord {
  /** Tasks of the class of which anything was learnt: its clock. */
  rounds: number;
  /** The round of all classes in which anything was learnt of it last. */
  seen: number;
  backends: Readonly<Record<string, ArmRecord>>;
}

export interface NotedChange extends Change {
  backend: string;
  /** Absent: over all classes. */
  taskClass?: string;
  round: number;
}

/** All that decisions are taken from, as plain JSON, so that any of them can be taken again from the record. */
export interface RoutingState {
  version: typeof STATE_VERSION;
  settings: RoutingSettings;
  /** Over all classes. */
  all: ClassRecord;
  classes: Readonly<Record<string, ClassRecord>>;
  pacing: Pacing;
  /** Of the tasks learnt of, those whose backend was taken to learn. */
  explored: number;
  /** The latest, oldest first. */
  changes: readonly NotedChange[];
}

export const NO_RECORD: ArmRecord = {
  quality: NOTHING,
  reference: NOTHING,
  detector: NO_CHANGE,
  cost: NOTHING,
  latencyMs: NOTHING,
  failures: NOTHING,
};

export const NO_ROUNDS: ClassRecord = { rounds: 0, seen: 0, backends: {} };

/** What is kept under a name that somebody chose: also "constructor" is one. */
export function named<T>(records: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(records, name) ? records[name] : undefined;
}

/**
 * Nothing learnt yet.
 * @throws SwitchyardError `routing.invalid`
 */
export function startRouting(options: RoutingOptions = {}): RoutingState {
  return {
    version: STATE_VERSION,
    settings: settingsOf(options),
    all: NO_ROUNDS,
    classes: {},
    pacing: NOTHING_SPENT,
    explored: 0,
    changes: [],
  };
}

/**
 * The same record under other settings. The price of money begins anew where the budget does.
 * @throws SwitchyardError `routing.invalid`
 */
export function withSettings(state: RoutingState, options: RoutingOptions): RoutingState {
  const settings = settingsOf(options);
  const isSame = settings.budget?.perTask === state.settings.budget?.perTask;
  return { ...state, settings, pacing: isSame ? state.pacing : NOTHING_SPENT };
}

/**
 * Refuses a state that another version has written: its numbers would be taken for what they are not.
 * @throws SwitchyardError `routing.invalid`
 */
export function checkState({ version }: { version: number }): void {
  if (version !== STATE_VERSION)
    throw invalid(
      `The routing state is of version ${version}, and this reads ${STATE_VERSION}. Learn it again from the record.`,
    );
}

/** Classes by which the memory over all of them is longer, at most. */
const CLASSES_COUNTED = 20;

/** The clock of all classes goes faster than that of each: its memory, in rounds, is longer by as much. */
export function memoryOfAll({ settings, classes }: RoutingState): number {
  return settings.memory * Math.min(CLASSES_COUNTED, Math.max(1, Object.keys(classes).length));
}
