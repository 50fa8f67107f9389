import { BUDGETS, ENTRIES, PAYLOADS, PAYLOAD_USES, RUNS } from '@switchyard/journal';
import type { RecordKind } from '@switchyard/persistence';
import { AGENTS } from './agent.js';
import { AGENT_VERSIONS } from './agent-version.js';
import { BACKENDS } from './backend.js';
import { POLICIES } from './policy.js';
import { REDRIVES } from './redrive.js';
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
  RUNS,
  ENTRIES,
  PAYLOADS,
  PAYLOAD_USES,
  TASKS,
  REDRIVES,
];
