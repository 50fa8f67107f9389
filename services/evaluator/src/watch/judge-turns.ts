import type { NewDrift } from '../drift/drift.js';
import { MeanWatch } from './mean-watch.js';
import { MEASURES } from './measures.js';
import type { ObservedTurn } from './observed.js';
import { TokenWatch } from './token-watch.js';

export const TESTS = ['tokens', 'answers', 'latency', 'quality'] as const;
export type WatchTest = (typeof TESTS)[number];

/** What a turn raised. */
export type Alarm = Pick<NewDrift, 'kind' | 'before' | 'after' | 'changedAfter' | 'changedBefore' | 'evidence'>;

const MEANS = ['answers', 'latency', 'quality'] as const;

/** What the last of a watch's turns raises, by all turns before it in order. */
export function judgeTurns(turns: readonly ObservedTurn[], tests: readonly WatchTest[]): Alarm[] {
  return judgeAll(turns, tests).at(-1) ?? [];
}

/**
 * What each turn raises. Nothing is remembered but what was observed, so that it can be judged again. Where the configuration changed, all is
 * measured anew: that change is told by itself, and what follows from it is not told twice.
 */
export function judgeAll(turns: readonly ObservedTurn[], tests: readonly WatchTest[]): Alarm[][] {
  let judge = newJudge();
  let key = '';
  return turns.map((turn) => {
    if (turn.key !== key) judge = newJudge();
    key = turn.key;
    const alarms = raisedBy(judge, turn, tests);
    // Tokens are a fact, and what answers and times become after it is its doing.
    if (alarms.some(({ kind }) => kind === 'template' || kind === 'tokenizer')) judge.means = newMeans();
    return alarms;
  });
}

interface Judge {
  tokens: TokenWatch;
  means: Record<(typeof MEANS)[number], MeanWatch>;
}

function newJudge(): Judge {
  return { tokens: new TokenWatch(), means: newMeans() };
}

function newMeans(): Judge['means'] {
  return {
    answers: new MeanWatch(MEASURES.answers),
    latency: new MeanWatch(MEASURES.latency),
    quality: new MeanWatch(MEASURES.quality),
  };
}

function raisedBy({ tokens, means }: Judge, turn: ObservedTurn, tests: readonly WatchTest[]): Alarm[] {
  const alarms: Alarm[] = [];
  const counted = tests.includes('tokens') ? tokens.add(turn) : undefined;
  if (counted) alarms.push({ ...counted, evidence: { turn: turn.number } });
  for (const kind of MEANS) {
    const change = tests.includes(kind) ? means[kind].add(turn) : undefined;
    if (!change) continue;
    const { before, after, changedAfter, changedBefore, turns } = change;
    const { text } = MEASURES[kind];
    alarms.push({
      ...{ kind, before: text(before), after: text(after), changedAfter, changedBefore },
      evidence: { turn: turn.number, turns_since: turns, mean_before: before, mean_after: after },
    });
  }
  return alarms;
}
