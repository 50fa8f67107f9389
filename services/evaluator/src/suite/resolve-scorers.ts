import type { JsonObject, JsonValue } from '@switchyard/contracts';
import { SCORERS } from '../scorers/registry.js';
import type { BoundScorer } from '../scorers/scorer.js';
import { joinPath, shorten, type Problem } from './problems.js';
import type { WrittenScorer } from './suite-schema.js';
import type { SuiteCase } from './suite.js';

interface Resolved {
  scorers: JsonObject[];
  problems: Problem[];
}

/**
 * The scorers that judge a case: the suite's, with those of the case in place of the ones that they share a name with.
 * A scorer that has no name has its type's.
 */
export function resolveScorers(
  ofSuite: readonly WrittenScorer[],
  ofCase: readonly WrittenScorer[],
  expected: JsonValue | undefined,
  casePath: string,
): Resolved {
  const own = normalise(ofCase, joinPath(casePath, 'scorers'));
  const names = new Set(own.map(({ name }) => name));
  const shared = normalise(ofSuite, 'scorers').filter(({ name }) => !names.has(name));
  const all = [...shared, ...own];
  const problems = [...repeated(shared), ...repeated(own), ...all.flatMap((item) => check(item, expected, casePath))];
  if (all.length === 0)
    problems.push({ path: joinPath(casePath, 'scorers'), reason: 'there is no scorer, neither here nor in the suite' });
  return { scorers: all.map(({ options }) => options), problems };
}

/** The scorers of a checked case, ready to judge. */
export function bindScorers(item: Pick<SuiteCase, 'scorers' | 'expected'>): BoundScorer[] {
  return item.scorers.map((options) => {
    const binding = SCORERS.get(String(options['type']))?.bind(options, item.expected);
    // Checked when the suite was taken: only an evaluator that lost a scorer since can get here.
    if (!binding?.ok) throw new TypeError(`The scorer ${shorten(options)} cannot be used by this version`);
    return binding.scorer;
  });
}

interface Item {
  name: string;
  options: JsonObject;
  path: string;
}

function normalise(written: readonly WrittenScorer[], path: string): Item[] {
  return written.map((scorer, index) => {
    const options: JsonObject = typeof scorer === 'string' ? { type: scorer } : { ...scorer };
    const name = typeof options['name'] === 'string' ? options['name'] : String(options['type']);
    return { name, options: { ...options, name }, path: `${path}[${index}]` };
  });
}

function repeated(items: readonly Item[]): Problem[] {
  const seen = new Set<string>();
  return items.flatMap(({ name, path }) => {
    if (!seen.has(name)) {
      seen.add(name);
      return [];
    }
    return [{ path, reason: `there is another scorer called ${shorten(name)}; give this one a "name" of its own` }];
  });
}

function check({ options, path }: Item, expected: JsonValue | undefined, casePath: string): Problem[] {
  const kind = SCORERS.get(String(options['type']));
  if (kind === undefined) {
    const known = [...SCORERS.keys()].join(', ');
    return [
      { path: joinPath(path, 'type'), reason: `there is no scorer ${shorten(options['type'])}; there are ${known}` },
    ];
  }
  const binding = kind.bind(options, expected);
  if (binding.ok) return [];
  // A scorer of the suite may be wrong for one case only: that one does not say what it expects.
  const suffix = path.startsWith(casePath) ? '' : ` (for ${casePath})`;
  return binding.problems.map((problem) => ({
    path: joinPath(path, problem.path),
    reason: `${problem.reason}${suffix}`,
  }));
}
