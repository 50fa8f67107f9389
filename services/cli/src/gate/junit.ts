import type { Evaluation } from '@switchyard/contracts';
import { uncheckedScorers, type GateVerdict } from './gate-verdict.js';

type Result = Evaluation['results'][number];

interface TestCase {
  /** Of the case. */
  caseId: string;
  /** Of the scorer; "run" where a run has no score at all. */
  name: string;
  seconds: number;
  outcome: { kind: 'passed' } | { kind: 'failure' | 'error' | 'skipped'; message: string };
}

/**
 * A report as CI systems read it, in the shape of Jenkins' junit-10.xsd: one test case for each case and scorer, over all its
 * repeats. What did not pass is a failure though the gate may pass it, as no worse than before: the properties say what the gate says.
 */
export function junitXml({ evaluation, verdict, reasons, comparison }: GateVerdict): string {
  const unchecked = uncheckedScorers(evaluation);
  const cases = testCases(evaluation.results, unchecked);
  const of = (kind: string) => cases.filter(({ outcome }) => outcome.kind === kind).length;
  const counts = { tests: cases.length, failures: of('failure'), errors: of('error'), skipped: of('skipped') };
  const properties = {
    verdict,
    ...{ reasons: reasons.join('\n'), evaluation: evaluation.id, baseline: comparison?.baseline?.id ?? 'none' },
  };
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites>',
    `  <testsuite${attributes({ name: evaluation.suite, ...counts })}>`,
    '    <properties>',
    ...Object.entries(properties).map(([name, value]) => `      <property${attributes({ name, value })}/>`),
    '    </properties>',
    ...cases.map((each) => testCaseXml(evaluation.suite, each)),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function testCases(results: readonly Result[], unchecked: ReadonlySet<string>): TestCase[] {
  const runs = new Map<string, Result[]>();
  for (const result of results) runs.set(result.caseId, [...(runs.get(result.caseId) ?? []), result]);
  return [...runs].flatMap(([caseId, repeats]) => {
    const seconds = repeats.reduce((sum, { durationMs }) => sum + durationMs, 0) / repeats.length / 1_000;
    const scorers = [...new Set(repeats.flatMap(({ scores }) => scores.map(({ scorer }) => scorer)))];
    const names = scorers.length > 0 ? scorers : ['run'];
    return names.map((name) => ({ caseId, name, seconds, outcome: outcomeOf(name, repeats, unchecked.has(name)) }));
  });
}

function outcomeOf(name: string, repeats: readonly Result[], unchecked: boolean): TestCase['outcome'] {
  const found = repeats.flatMap((run) => {
    const score = run.scores.find(({ scorer }) => scorer === name);
    if (run.status === 'failed') return [`failed #${run.repeat}: ${run.error?.code ?? ''} ${run.error?.message ?? ''}`];
    if (score === undefined || score.passed) return [];
    return [`#${run.repeat}: ${score.errorCode === '' ? '' : `${score.errorCode} `}${score.reason}`];
  });
  const message = found.join('\n');
  if (unchecked) return { kind: 'skipped', message: `Not counted, for its judge is not calibrated. ${message}`.trim() };
  const unscored = repeats.some(({ scores }) => scores.some((each) => each.scorer === name && each.errorCode !== ''));
  if (found.length > 0) return { kind: unscored ? 'error' : 'failure', message };
  const idle = repeats.find(({ status }) => status !== 'completed');
  return idle ? { kind: 'skipped', message: `#${idle.repeat} is ${idle.status}` } : { kind: 'passed' };
}

function testCaseXml(suite: string, { caseId, name, seconds, outcome }: TestCase): string {
  const open = `    <testcase${attributes({ classname: `${suite}.${caseId}`, name, time: seconds.toFixed(3) })}`;
  if (outcome.kind === 'passed') return `${open}/>`;
  const inner = `      <${outcome.kind}${attributes({ message: outcome.message })}/>`;
  return `${open}>\n${inner}\n    </testcase>`;
}

function attributes(values: Record<string, string | number>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escapeXml(String(value))}"`)
    .join('');
}

/** What XML 1.0 has no place for, escaped or not (section 2.2): most control characters, halves of pairs, and two non-characters. */
const FORBIDDEN = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;
const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

/** Text as an attribute's value; line breaks stay line breaks, which a reader would otherwise take for spaces. */
export function escapeXml(text: string): string {
  return text
    .replace(FORBIDDEN, '\uFFFD')
    .replace(/[&<>"'\t\n\r]/g, (character) => ENTITIES[character] ?? `&#${character.charCodeAt(0)};`);
}
