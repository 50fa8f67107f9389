import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { check } from './check.js';
import type { FleetService } from './fleet.js';
import { mind } from './minder.js';
import type { Program, ProgramCall } from './program.js';
import { Random } from './random.js';
import type { Scenario } from './scenario.js';
import { startWorld, type World } from './world.js';

/** A place where a process ends itself, and a program on whose way it is. */
export interface Boundary {
  service: FleetService;
  place: string;
  /** What is promised of a crash there. */
  promise: string;
  calls: ProgramCall['do'][];
  cancelAfterMs?: number;
}

const boundary = (
  service: FleetService,
  place: string,
  promise: string,
  calls: ProgramCall['do'][],
  cancelAfterMs?: number,
): Boundary => ({ service, place, promise, calls, ...(cancelAfterMs === undefined ? {} : { cancelAfterMs }) });

/** Every boundary of a commit or a publication that a run crosses. */
export const BOUNDARIES: readonly Boundary[] = [
  boundary('router', 'router.after_commit.RunAccepted', 'a task accepted and not told to anybody is run', ['pure']),
  boundary('router', 'router.after_dispatch.accepted', 'a task told and not marked as told is run once', ['irr']),
  boundary('router', 'router.after_commit.InputAppended', 'an answer that woke nobody is heard', ['ask']),
  boundary('router', 'router.after_commit.ApprovalResolved', 'a decision that woke nobody is acted on', ['gate']),
  boundary(
    'router',
    'router.after_commit.RunCancelled',
    'a cancel that nobody heard of ends the run',
    ['slow', 'slow'],
    900,
  ),
  boundary('router', 'router.after_dispatch.child_settled', 'a caller that was woken twice goes on once', ['child']),
  boundary(
    'executor',
    'executor.before_commit.ToolCallsRequested',
    'a turn that was not journaled is asked for again',
    ['irr'],
  ),
  boundary('executor', 'executor.after_commit.ToolCallsRequested', 'a journaled turn is not asked for again', ['irr']),
  boundary(
    'executor',
    'executor.before_commit.RunCompleted',
    'a result that was not journaled is had from the ledger',
    ['irr'],
  ),
  boundary('executor', 'executor.after_commit.RunCompleted', 'an end that was not told is told', ['pure']),
  boundary(
    'executor',
    'executor.after_publish.completed',
    'work that was done and not acknowledged is not done again',
    ['irr'],
  ),
  boundary('executor', 'executor.after_commit.RunParked', 'a run that was parked without a wake-up is woken', [
    'sleep',
  ]),
  boundary('executor', 'executor.after_park.timer', 'a run that was parked and not acknowledged waits once', ['sleep']),
  boundary('executor', 'executor.after_park.tool', 'a slow call that was queued twice runs once', ['slow']),
  boundary('executor', 'executor.after_park.approval', 'a call that waits for a person waits on', ['gate']),
  boundary(
    'executor',
    'executor.after_child_start',
    'a child that its caller does not know of is the one that it gets',
    ['child'],
  ),
  boundary(
    'tool-host',
    'tool_host.after_claim.irreversible',
    'an irreversible call that was begun is left to a person',
    ['irr'],
  ),
  boundary('tool-host', 'tool_host.after_effect.irreversible', 'an effect whose outcome nobody knows is not repeated', [
    'irr',
  ]),
  boundary('tool-host', 'tool_host.after_effect.idempotent', 'an idempotent call is made again under its key', [
    'idem',
  ]),
  boundary(
    'tool-host',
    'tool_host.after_settle.irreversible',
    'a settled effect that nobody was told of is not repeated',
    ['irr'],
  ),
  boundary('tool-host', 'tool_host.after_wake', 'a run that was woken twice by its tool goes on once', ['slow']),
];

export interface BoundaryReport {
  place: string;
  promise: string;
  /** A process ended itself there. */
  reached: boolean;
  violations: string[];
}

const ONE_OF_EACH = { router: 1, 'tool-host': 1, executor: 1, gateway: 1 } as const;
const PATIENCE_MS = 90_000;
/** Nothing is frozen here: who is silent for so long is dead. */
const DEAD_AFTER_MS = 2_000;

/** Systems side by side: a crossing is mostly a wait for a process to start, and for what a dead one held to come free. */
const LANES = 2;

/** Lets a process die at each boundary, once, and holds what became of the run against the promise. */
export async function crossBoundaries(say: (line: string) => void): Promise<BoundaryReport[]> {
  const lanes = Array.from({ length: LANES }, (_, lane) => BOUNDARIES.filter((__, index) => index % LANES === lane));
  return (await Promise.all(lanes.map((lane) => crossInTurn(lane, say)))).flat();
}

/** On a system of their own, one after the other. */
async function crossInTurn(boundaries: readonly Boundary[], say: (line: string) => void): Promise<BoundaryReport[]> {
  const folder = await mkdtemp(join(tmpdir(), 'switchyard-boundaries-'));
  const kinds: ProgramCall['do'][] = ['pure', 'idem', 'irr', 'slow', 'gate', 'sleep', 'ask', 'child'];
  // A person who refuses nothing: each promise is about what is done.
  const world = await startWorld({
    folder,
    random: new Random(1),
    counts: ONE_OF_EACH,
    kinds: new Set(kinds),
    denied: 0,
    ackWaitMs: DEAD_AFTER_MS,
  });
  try {
    const reports: BoundaryReport[] = [];
    for (const crossed of boundaries) {
      const report = await cross(crossed, world);
      const { place, promise, reached, violations } = report;
      reports.push(report);
      say(`${place}: ${reached ? 'crashed' : 'NOT REACHED'}, ${violations.join('; ') || promise}`);
    }
    return reports;
  } finally {
    await world.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function cross(crossed: Boundary, world: World): Promise<BoundaryReport> {
  const { service, place, promise } = crossed;
  const member = world.fleet.members.find((one) => one.service === service);
  if (!member) throw new Error(`no ${service}`);
  await member.arm(place);
  const over = AbortSignal.timeout(PATIENCE_MS);
  const outcome = await mind(scenarioOf(crossed), { ...world, over });
  // Everybody sees the end of a run as soon as it is committed; who committed it may still be on the way to the place.
  while (!member.crashedAt.includes(place) && !over.aborted) await delay(50);
  const violations = check(world.evidence([outcome])).map(({ kind, text }) => `${kind}: ${text}`);
  return { place, promise, reached: member.crashedAt.includes(place), violations };
}

function scenarioOf({ place, calls, cancelAfterMs }: Boundary): Scenario {
  const below: Program = { id: `${place}.0.0`, turns: [[{ do: 'idem', step: `${place}.0.0.0.0` }]] };
  const turns = calls.map((what, turn): ProgramCall[] => {
    const step = `${place}.${turn}.0`;
    if (what === 'child') return [{ do: what, step, program: below }];
    return [what === 'sleep' ? { do: what, step, seconds: 1 } : { do: what, step }];
  });
  return { program: { id: place, turns }, watched: false, ...(cancelAfterMs === undefined ? {} : { cancelAfterMs }) };
}
