import type { JsonObject } from '@switchyard/contracts';
import type { ProbeFinding, ProbeResult } from '@switchyard/models';
import { Document, isMap, isScalar, type YAMLMap } from 'yaml';
import { harmless } from '../output/style.js';
import { spent } from './probe-text.js';

/**
 * A found backend as YAML that `backends add -f` takes: each member with the finding behind it, and as comments at the end what was found
 * to be as usual and what was not tried.
 */
export function profileFile(definition: JsonObject, result: ProbeResult, date: string): string {
  const document = new Document(definition);
  const commented = new Set<ProbeFinding>();
  if (isMap(document.contents)) comment(document.contents, [], result.findings, commented);
  const usual = result.findings.filter((finding) => !commented.has(finding));
  document.commentBefore = lines([
    `Found by \`switchyard backends probe\` on ${date}: ${spent(result)}.`,
    'Everything here may be corrected by hand. What is not here has the default of the wire API.',
    ...notesOf(result).map((note) => `Note: ${note}`),
  ]);
  document.comment = lines([
    ...(usual.length > 0 ? ['Also found, as usual or with no member of a profile for it:'] : []),
    ...usual.map((finding) => `  ${finding.field} is ${JSON.stringify(finding.value)}: ${told(finding)}`),
    ...(result.notTried.length > 0 ? ['', 'Not tried or not told:'] : []),
    ...result.notTried.map(({ field, why }) => `  ${field}: ${why}`),
  ]);
  return document.toString({ lineWidth: 0 });
}

/** What whoever takes the profile as it is should know. */
export function notesOf({ warnings, notTried }: ProbeResult): string[] {
  const window = notTried.find(({ field }) => field === 'contextWindow');
  return [...warnings, ...(window === undefined ? [] : [`contextWindow: ${window.why}.`])];
}

/** Puts findings above the members that they are about. */
function comment(
  map: YAMLMap,
  path: readonly string[],
  findings: readonly ProbeFinding[],
  commented: Set<ProbeFinding>,
): void {
  for (const { key, value } of map.items) {
    if (!isScalar(key)) continue;
    const here = [...path, String(key.value)];
    const inner = here[0] === 'profile' ? here.slice(1) : here;
    if (isMap(value) && (here.length === 1 || PARTIAL.has(inner.join('.')))) {
      comment(value, here, findings, commented);
      continue;
    }
    const field = inner.join('.');
    const about = findings.filter((finding) => finding.field === field || finding.field.startsWith(`${field}.`));
    if (about.length === 0) continue;
    key.commentBefore = lines(about.map(told));
    for (const finding of about) commented.add(finding);
  }
}

/** Members of a profile that may be written in part, each with findings of its own. */
const PARTIAL: ReadonlySet<string> = new Set(['capabilities', 'reasoning', 'tools', 'output', 'tokens']);

function told({ how, requestNumber, confidence }: ProbeFinding): string {
  const where = requestNumber === 0 ? '' : `request ${requestNumber}, `;
  return `${how} (${where}${confidence})`;
}

/** What an endpoint said stays within its comment, whatever it holds. */
function lines(texts: readonly string[]): string {
  return texts
    .map((text) => (text === '' ? '' : ` ${harmless(text).replaceAll(/\s*[\r\n\u0085\u2028\u2029]+\s*/gu, ' ')}`))
    .join('\n');
}
