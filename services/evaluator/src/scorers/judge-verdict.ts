import type { JsonValue } from '@switchyard/contracts';
import { shorten } from '../suite/problems.js';
import { outputJson } from './output-text.js';
import { readScore } from './read-score.js';
import { noVerdict, type JudgeAnswer, type Verdict } from './scorer.js';

export interface Reading {
  threshold: number;
  /** The one configuration that may judge; empty: any, but one for all questions. */
  configuration: string;
}

/** The verdict in a judge's `{score, reason}`. */
export function readRubric(answers: readonly JudgeAnswer[], reading: Reading): Verdict {
  const problem = problemOf(answers, reading);
  if (problem !== undefined) return problem;
  const [answer] = answers;
  const json = outputJson(answer?.output ?? null);
  // A judge was asked for an object: a bare number in its place is an answer to something else.
  const read = typeof json === 'object' ? readScore(json) : undefined;
  if (read === undefined) return nonsense(answer?.output ?? null, 'a score from 0 to 1');
  const { score, reason } = read;
  return { value: score, passed: score >= reading.threshold, reason: reason || `scored ${score}` };
}

/** The verdict in a judge's two words on an output and its reference, in both orders: `ab` has the output as a. */
export function readPairwise(answers: readonly JudgeAnswer[], reading: Reading): Verdict {
  const problem = problemOf(answers, reading);
  if (problem !== undefined) return problem;
  const words = answers.map(({ variant, output }) => wordOf(outputJson(output), variant === 'ab' ? 'a' : 'b'));
  const lost = words.indexOf(undefined);
  if (lost !== -1) return nonsense(answers[lost]?.output ?? null, 'a winner: a, b or tie');
  const [first, second] = words;
  if (first === undefined || second === undefined) return noVerdict('judge.failed', 'the judge was not asked twice');
  const agreed = first.winner === second.winner;
  const winner = agreed ? first.winner : 'tie';
  const value = { output: 1, tie: 0.5, reference: 0 }[winner];
  const said = agreed ? first.reason : `said "${first.winner}", and "${second.winner}" with the two swapped`;
  return { value, passed: value >= reading.threshold, reason: `${TELLS[winner]}: ${said || 'no reason was given'}` };
}

const TELLS = { output: 'better than the reference', tie: 'a tie', reference: 'worse than the reference' };

interface Word {
  winner: 'output' | 'tie' | 'reference';
  reason: string;
}

function wordOf(value: JsonValue | undefined, ours: 'a' | 'b'): Word | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const reason = typeof value['reason'] === 'string' ? value['reason'] : '';
  switch (value['winner']) {
    case 'a':
    case 'b':
      return { winner: value['winner'] === ours ? 'output' : 'reference', reason };
    case 'tie':
      return { winner: 'tie', reason };
    default:
      return undefined;
  }
}

/** Why answers cannot be read at all: there is none, or they are not all of the one judge. */
function problemOf(answers: readonly JudgeAnswer[], { configuration }: Reading): Verdict | undefined {
  const failed = answers.find(({ problem }) => problem !== '');
  if (failed) return noVerdict('judge.failed', `the judge gave no answer: ${failed.problem}`);
  const [first, ...others] = answers.map((answer) => answer.configuration);
  if (first === undefined) return noVerdict('judge.failed', 'the judge was not asked');
  if (first === '' || others.some((other) => other !== first)) {
    return noVerdict('judge.changed', 'answers came from several configurations of the judge; ask one backend');
  }
  if (configuration !== '' && first !== configuration) {
    return noVerdict('judge.changed', `the judge was ${first}, and only ${configuration} may judge`);
  }
  return undefined;
}

function nonsense(output: JsonValue, wanted: string): Verdict {
  return noVerdict('judge.nonsense', `the judge gave no ${wanted.replace(/^a /, '')}, but ${shorten(output, 120)}`);
}
