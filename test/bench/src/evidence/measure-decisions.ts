import { decideFrom, drawOf, follow, recordOf, startSnapshot, type RoutedTask } from '@switchyard/evidence';
import { seededNumbers } from '@switchyard/testing';

export interface DecisionFigures {
  /** Backends that are weighed. */
  backends: number;
  /** Classes of tasks of which something was learnt. */
  classes: number;
  /** Microseconds of processor time of a decision with its record: all that an acceptance pays for it. */
  decideUs: number;
  /** Microseconds of learning of one run. */
  learnUs: number;
  /** Bytes of the record that is kept with the run. */
  recordBytes: number;
}

const OUTCOMES = 5_000;

/** What it costs to decide and to learn, one after the other in one thread. The first half warms up. */
export function measureDecisions(backends: number, classes: number, decisions: number, seed: number): DecisionFigures {
  const random = seededNumbers(seed);
  const names = Array.from({ length: backends }, (_, i) => `backend-${i}`);
  const oneOf = (count: number) => Math.floor(random() * count);
  let snapshot = startSnapshot();
  const learnUs = microseconds(OUTCOMES, () => {
    const outcome = { backend: names[oneOf(backends)] ?? '', taskClass: `class-${oneOf(classes)}` };
    const told = { ...outcome, quality: random() < 0.8 ? 1 : 0, cost: random() / 100, latencyMs: 1_000 * random() };
    snapshot = follow(snapshot, { kind: 'outcome', outcome: told });
  });
  let recordBytes = 0;
  const decideUs = microseconds(decisions, (i) => {
    const task: RoutedTask = {
      ...{ policy: { kind: 'balanced' }, taskClass: `class-${i % classes}`, contextTokens: 2_000 },
      candidates: names.map((backend) => ({ backend, health: 'fit', contextWindow: 128_000, estimatedCost: 0.01 })),
    };
    const record = recordOf(snapshot, task, decideFrom(snapshot, task, drawOf(`run_${i}`)));
    recordBytes = Buffer.byteLength(JSON.stringify(record));
  });
  return { backends, classes, decideUs, learnUs, recordBytes };
}

/** Of processor time, so that what else the machine does hardly counts. */
function microseconds(times: number, act: (index: number) => void): number {
  const half = Math.floor(times / 2);
  for (let i = 0; i < half; i += 1) act(i);
  const began = process.cpuUsage();
  for (let i = half; i < times; i += 1) act(i);
  const { user, system } = process.cpuUsage(began);
  return (user + system) / (times - half);
}
