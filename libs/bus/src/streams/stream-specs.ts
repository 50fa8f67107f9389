import {
  DiscardPolicy,
  PersistMode,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
  type StreamSource,
} from '@nats-io/jetstream';
import type { Subjects, WorkKind } from '../subjects.js';

export const STREAMS = ['INTAKE', 'EXEC', 'TOOL', 'EVENTS', 'TIMERS', 'DEAD'] as const;
export type StreamName = (typeof STREAMS)[number];

/** What a stream must be; fields that are not named are left as they are. */
export type StreamSpec = Partial<StreamConfig> & { name: string; subjects: string[] };

export interface ServerFeatures {
  /** "2.15.1". */
  version: string;
  replicas: number;
}

const SECOND = 1e9;
const DAY = 86_400 * SECOND;
/**
 * Time in which a message id is stored once. Long enough for a redelivery to publish again; every id in it costs the
 * server memory.
 */
const DEDUPE = 120 * SECOND;

const STREAM_OF_KIND: Readonly<Record<WorkKind, StreamName>> = {
  tasks: 'INTAKE',
  feedback: 'INTAKE',
  exec: 'EXEC',
  tool: 'TOOL',
  event: 'EVENTS',
  timer: 'TIMERS',
};

/** A stream's name on the server: plain with the default prefix, else with the prefix, so that installations share a server. */
export function streamName(prefix: string, stream: StreamName): string {
  return prefix === 'switchyard' ? stream : `${prefix.toUpperCase()}_${stream}`;
}

export function streamOfKind(prefix: string, kind: WorkKind): string {
  return streamName(prefix, STREAM_OF_KIND[kind]);
}

/**
 * Every stream of Switchyard. What can be derived from Postgres again is written without waiting for the disk; INTAKE (a
 * task before its commit, feedback) and DEAD (which nobody else has) wait for it.
 */
export function streamSpecs(subjects: Subjects, features: ServerFeatures): StreamSpec[] {
  const { version, replicas } = features;
  const named = (stream: StreamName) => streamName(subjects.prefix, stream);
  const common = { storage: StorageType.File, num_replicas: replicas, duplicate_window: DEDUPE };
  // The server takes the mode from 2.12 on, and only for streams without replicas: those have copies instead.
  const derived = replicas === 1 && atLeast(version, 2, 12) ? { ...common, persist_mode: PersistMode.Async } : common;
  const schedules = atLeast(version, 2, 12);
  const queue = { retention: RetentionPolicy.Workqueue };
  const log = { retention: RetentionPolicy.Limits, discard: DiscardPolicy.Old, allow_direct: true };
  return [
    {
      name: named('INTAKE'),
      description: 'Tasks and feedback that somebody published and nobody has accepted yet',
      subjects: [subjects.tasks('*'), subjects.feedback('*')],
      // A full intake refuses what is new; it never forgets old ones.
      discard: DiscardPolicy.New,
      max_msgs: 1_000_000,
      ...queue,
      ...common,
    },
    {
      name: named('EXEC'),
      description: 'Runs that may move',
      subjects: [subjects.exec('*', '*')],
      ...(schedules ? { sources: [dueTimers(subjects, named('TIMERS'))] } : {}),
      ...queue,
      ...derived,
    },
    {
      name: named('TOOL'),
      description: 'Tool calls of parked runs',
      subjects: [subjects.tool('*', '*')],
      ...queue,
      ...derived,
    },
    {
      name: named('EVENTS'),
      description: 'What the journal recorded',
      subjects: [subjects.event('*', '*', '*')],
      max_age: 7 * DAY,
      // About 1 GiB of usual events. A limit in bytes would be set aside at once and refused on a small disk.
      max_msgs: 2_000_000,
      ...log,
      ...derived,
    },
    {
      name: named('TIMERS'),
      description: 'Delays and schedules',
      subjects: [`${subjects.prefix}.timer.>`],
      retention: RetentionPolicy.Limits,
      // A schedule has a subject of its own, and so has what it becomes: neither ever piles up. What became due and was
      // taken over goes after its own time (`DUE_KEPT`).
      max_msgs_per_subject: 1,
      ...(schedules ? { allow_msg_schedules: true, allow_msg_ttl: true } : {}),
      ...derived,
    },
    {
      name: named('DEAD'),
      description: 'What failed for good, with its cause',
      subjects: [`${subjects.prefix}.dead.*.>`],
      max_age: 30 * DAY,
      max_msgs: 100_000,
      ...log,
      ...common,
    },
  ];
}

/** Schedules fire into their own stream only: EXEC takes from there what is due, as work of the run's backend. */
function dueTimers(subjects: Subjects, name: string): StreamSource {
  const dest = subjects.exec('*', '*').replace('.*.*', '.{{wildcard(1)}}.{{wildcard(2)}}');
  return { name, subject_transforms: [{ src: subjects.timerDue('*', '*'), dest }] };
}

function atLeast(version: string, major: number, minor: number): boolean {
  const [actualMajor = 0, actualMinor = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  return actualMajor > major || (actualMajor === major && actualMinor >= minor);
}
