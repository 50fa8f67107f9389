import { withValue, type Average } from './average.js';
import { NO_CHANGE, watch, type Change } from './change-detector.js';
import { spend } from './pacing.js';
import { invalid } from './settings.js';
import {
  checkState,
  memoryOfAll,
  named,
  NO_RECORD,
  NO_ROUNDS,
  type ArmRecord,
  type ClassRecord,
  type RoutingState,
} from './state.js';

/** What became of a task. What is not known is left out. */
export interface RoutingOutcome {
  backend: string;
  taskClass: string;
  /** 0 to 1. Of a task that failed: 0 unless said otherwise. */
  quality?: number;
  cost?: number;
  latencyMs?: number;
  /** It failed for good, by the backend's fault. */
  failed?: boolean;
  /** From the decision's explanation. */
  explored?: boolean;
  /** More of a task that was told of before, such as a score that a person gave next day: it is not counted again. */
  late?: boolean;
}

/** Runs since the last change before the detector has something to hold observations against. */
const SETTLED = 20;
/** What a class's record still counts for, in runs, after its backend changed for all classes. */
const LEFT_AFTER_CHANGE = 4;
const CHANGES_KEPT = 50;
/** So that a state stays small whatever names tasks bring: some hundred kilobytes. */
const CLASSES_KEPT = 500;

/**
 * The state with one outcome more. Pure. Old outcomes count less and less, and where a change is noticed what was before
 * it hardly at all.
 * @throws SwitchyardError `routing.invalid`
 */
export function learn(state: RoutingState, outcome: RoutingOutcome): RoutingState {
  checkState(state);
  check(outcome);
  const { backend, taskClass, late = false, explored = false } = outcome;
  const step = late ? 0 : 1;
  const { memory, budget } = state.settings;
  const before = named(state.classes, taskClass) ?? NO_ROUNDS;
  const news = newsOf(outcome, named(before.backends, backend) ?? NO_RECORD);
  const own = observed(before, backend, news, { step, memory });
  const all = observed(state.all, backend, news, { step, memory: memoryOfAll(state) });
  const learnt: RoutingState = {
    ...state,
    all: all.record,
    classes: withinLimit({ ...state.classes, [taskClass]: { ...own.record, seen: all.record.rounds } }),
    pacing: outcome.cost === undefined ? state.pacing : spend(state.pacing, outcome.cost, budget),
    explored: state.explored + (explored && !late ? 1 : 0),
  };
  // A change over all classes says more than one of this class at the same time.
  if (all.change) return noted(everywhere(learnt, backend, all.change), backend, undefined, all.change);
  return own.change ? noted(learnt, backend, taskClass, own.change) : learnt;
}

interface News {
  quality: number | undefined;
  cost: number | undefined;
  latencyMs: number | undefined;
  failed: boolean | undefined;
  /** From what this backend's runs of this class are like: its runs of all classes change with the classes it is given. */
  distance: number | undefined;
}

function newsOf({ quality, cost, latencyMs, failed }: RoutingOutcome, { reference }: ArmRecord): News {
  const known = quality ?? (failed ? 0 : undefined);
  const distance = known === undefined || reference.weight < SETTLED ? undefined : known - reference.mean;
  return { quality: known, cost, latencyMs, failed, distance };
}

function observed(
  record: ClassRecord,
  backend: string,
  news: News,
  { step, memory }: { step: number; memory: number },
): { record: ClassRecord; change: Change | undefined } {
  const rounds = record.rounds + step;
  const old = named(record.backends, backend) ?? NO_RECORD;
  const add = (average: Average, value: number | undefined, over = memory) =>
    value === undefined ? average : withValue(average, value, rounds, over);
  const { detector, change } =
    news.distance === undefined ? { detector: old.detector } : watch(old.detector, news.distance);
  const arm: ArmRecord = {
    quality: add(old.quality, news.quality),
    reference: add(old.reference, news.quality, Infinity),
    detector,
    cost: add(old.cost, news.cost),
    latencyMs: add(old.latencyMs, news.latencyMs),
    failures: add(old.failures, news.failed === undefined ? undefined : Number(news.failed)),
  };
  const kept = change ? changed(arm, change, change.count) : arm;
  return { record: { ...record, rounds, backends: { ...record.backends, [backend]: kept } }, change };
}

/** What is known after a change: what was seen since it began. */
function changed(arm: ArmRecord, { shift }: Change, runs: number): ArmRecord {
  const mean = Math.min(1, Math.max(0, arm.reference.mean + shift));
  const since: Average = { weight: runs, mean, at: arm.quality.at };
  return { ...arm, quality: since, reference: since, detector: NO_CHANGE };
}

/** Each class of the backend follows, and counts for little until it was seen again. */
function everywhere(state: RoutingState, backend: string, change: Change): RoutingState {
  const classes = Object.fromEntries(
    Object.entries(state.classes).map(([name, record]) => {
      const arm = named(record.backends, backend);
      if (!arm) return [name, record];
      const left = changed(arm, change, Math.min(LEFT_AFTER_CHANGE, arm.quality.weight));
      return [name, { ...record, backends: { ...record.backends, [backend]: left } }];
    }),
  );
  return { ...state, classes };
}

/** Without the class of which nothing was learnt for longest, where there are too many. */
function withinLimit(classes: Readonly<Record<string, ClassRecord>>): Readonly<Record<string, ClassRecord>> {
  const names = Object.keys(classes);
  if (names.length <= CLASSES_KEPT) return classes;
  const seen = (name: string) => classes[name]?.seen ?? 0;
  const oldest = names.reduce((least, name) => (seen(name) < seen(least) ? name : least));
  return Object.fromEntries(Object.entries(classes).filter(([name]) => name !== oldest));
}

function noted(state: RoutingState, backend: string, taskClass: string | undefined, change: Change): RoutingState {
  const note = { ...change, backend, ...(taskClass === undefined ? {} : { taskClass }), round: state.all.rounds };
  return { ...state, changes: [...state.changes, note].slice(-CHANGES_KEPT) };
}

function check({ backend, quality, cost, latencyMs }: RoutingOutcome): void {
  if (backend === '') throw invalid('The outcome names no backend.');
  if (quality !== undefined && !(quality >= 0 && quality <= 1))
    throw invalid(`A quality of ${quality} is none: give a number from 0 to 1, or leave it out.`);
  for (const [name, value] of Object.entries({ cost, latencyMs }))
    if (value !== undefined && !(value >= 0 && Number.isFinite(value)))
      throw invalid(`A ${name} of ${value} is none: give a number from 0 on, or leave it out.`);
}
