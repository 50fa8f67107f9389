import type { Entry } from './entry.js';
import type { Scenario } from './scenario.js';

const ENDS = ['completed', 'failed', 'cancelled'];

export function hasEnded(run: { status?: unknown }): boolean {
  return ENDS.includes(String(run.status));
}

export interface RunSeen {
  runId: string;
  run: RunFigures;
  journal: Entry[];
}

/** What is kept of a run besides its journal. */
export interface RunFigures {
  status: string;
  wait?: unknown;
  error?: unknown;
}

/** How the sending of a task went. */
export interface Sent {
  /** When it was begun, in milliseconds since 1970. */
  at: number;
  /** Its own run, or the one that it joined; empty where it was refused. */
  runId: string;
  joined: boolean;
  /** Its thread was busy. */
  refused: boolean;
}

export interface ForkSeen {
  /** The other run. */
  of: string;
  /** The last entry that was taken over. */
  seq: number;
  /** When it was asked for, in milliseconds since 1970. */
  at: number;
  /** The fork, and those that it called. */
  runs: RunSeen[];
}

/** What a client saw of one scenario. */
export interface Outcome {
  scenario: Scenario;
  sent?: Sent;
  /** The run itself, then those that it called; the last look where it never ended. None where the task had no run of its own. */
  runs: RunSeen[];
  ended: boolean;
  /** When its cancel was asked for, in milliseconds since 1970. */
  cancelledAt?: number;
  /** What was said to the run and accepted. */
  said?: string;
  /** Programs of its thread that joined the run. */
  joinedBy?: string[];
  fork?: ForkSeen;
  /** What a client that followed the run was given wrongly. */
  streamFaults: string[];
  /** Why the client gave up. */
  trouble?: string;
}
