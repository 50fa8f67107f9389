import { BUDGETS, ENTRIES, PAYLOADS, PAYLOAD_USES, RUNS } from '@switchyard/journal';
import type { RecordKind } from '@switchyard/persistence';
import { AGENTS } from './agent.js';
import { AGENT_VERSIONS } from './agent-version.js';
import { BACKENDS } from './backend.js';
import { POLICIES } from './policy.js';
import { REDRIVES } from './redrive.js';
import { ROLLOUTS } from './rollout.js';
import { SCHEDULES } from './schedule.js';
import { TASKS } from './task.js';

/** What the router gives to a bundle, in the order in which it rests on each other. A new kind is a file here and its name in this list. */
export const ROUTER_KINDS: readonly RecordKind[] = [
  BACKENDS,
  AGENT_VERSIONS,
  AGENTS,
  POLICIES,
  SCHEDULES,
  BUDGETS,
  ROLLOUTS,
  RUNS,
  ENTRIES,
  PAYLOADS,
  PAYLOAD_USES,
  TASKS,
  REDRIVES,
];

/** Tables that a bundle does not have, and why. */
export const NOT_IN_BUNDLES: Readonly<Record<string, string>> = {
  'registry.api_keys': 'secrets',
  'registry.bundle_imports': 'of this system alone',
  'registry.bundle_parts': 'lines on their way in',
  'journal.snapshots': 'follows from the entries',
  'journal.reservations': 'what is set aside for turns that go on where they go on',
  'journal.rates': 'what backends were asked for in this minute',
};
