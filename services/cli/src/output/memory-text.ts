import { timestampDate, type Memory, type MemoryHistory, type RecalledMemory } from '@switchyard/contracts';
import { agoOf, oneLine } from './format.js';
import { dim, harmless, yellow } from './style.js';
import { table } from './table.js';

/** What was found: the text, and in one dim line since when it is true, how far it is believed, and why it was found. */
export function hitText({ memory, score, why, duplicates }: RecalledMemory): string {
  const notes = [memory?.id, ...(memory ? [validity(memory), weakness(memory)] : []), why, alike(duplicates.length)];
  return `${score.toFixed(2)}  ${harmless(memory?.text ?? '')}\n      ${dim(joined(notes))}`;
}

export function memoryTable(memories: readonly Memory[]): string {
  return table(
    ['ID', 'AGE', 'KIND', 'SCOPE', 'SOURCE', 'TEXT'],
    memories.map((memory) => [
      memory.id,
      agoOf(memory.createdAt),
      memory.state === 'current' ? memory.kind : `${memory.kind}, ${memory.state}`,
      scopeText(memory),
      joined([memory.provenance?.source, memory.provenance?.runId], ' '),
      harmless(oneLine(memory.text, 70)),
    ]),
  );
}

/** What was said, by whom, and in which entry of which run: what was said before stands with the run that said it first. */
export function episodeTable(memories: readonly Memory[]): string {
  return table(
    ['SAID', 'WHO', 'RUN', 'ENTRY', 'TEXT'],
    memories.map(({ occurredAt, speaker, provenance, text, count }) => [
      isoOf(occurredAt),
      harmless(speaker || '–'),
      provenance?.runId || '–',
      provenance?.seq ? String(provenance.seq) : '–',
      `${harmless(oneLine(text, 70))}${count > 1 ? dim(` (said ${count} times)`) : ''}`,
    ]),
  );
}

/** One memory as it stands. */
export function memoryText(memory: Memory): string {
  const { subject, tags, count, confidence, conversation, speaker } = memory;
  const rows: [string, string][] = [
    ['id', memory.id],
    ['kind', memory.kind],
    ['state', memory.state === 'current' ? memory.state : yellow(memory.state)],
    ['true', validity(memory)],
    ['trust', `${memory.trust}${confidence < 1 ? `, confidence ${confidence.toFixed(2)}` : ''}`],
    ['scope', scopeText(memory)],
    ['about', subject],
    [
      'said',
      joined(
        [count > 1 ? `${count} times` : 'once', speaker && `by ${speaker}`, conversation && `in ${conversation}`],
        ' ',
      ),
    ],
    ['from', sourceText(memory)],
    ['tags', tags.join(', ')],
    ['expires', memory.expiresAt ? isoOf(memory.expiresAt) : ''],
  ];
  const lines = rows
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${dim(name.padEnd(8))} ${harmless(value)}`);
  return `${harmless(memory.text)}\n\n${lines.join('\n')}`;
}

/** Why it is believed: what it was made of, back to the runs; what was made of it; what was believed when; what was done to it. */
export function whyText({ memory, derived, versions, acts }: MemoryHistory, trail: readonly Memory[]): string {
  const parts = [
    memory ? `${harmless(memory.text)}\n${sourceLines(memory)}` : '',
    section('Rests on', trail.map(memoryLine)),
    section('What rests on it', derived.map(memoryLine)),
    section(
      'What was believed of it',
      versions.map(
        ({ validFrom, validTo, knownFrom, knownTo }) => `${span(knownFrom, knownTo)}: true ${span(validFrom, validTo)}`,
      ),
    ),
    section(
      'What was done to it',
      acts.map(({ id, kind, at, actor, reason }) =>
        joined([`${isoOf(at)}  ${kind}`, actor && `by ${actor}`, reason && `“${reason}”`, dim(id)], ' '),
      ),
    ),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function memoryLine(memory: Memory): string {
  return `${harmless(oneLine(memory.text, 100))}\n${sourceLines(memory)}`;
}

/** Where it was said, and how to open that. */
function sourceLines(memory: Memory): string {
  const runId = memory.provenance?.runId;
  const lines = [joined([memory.id, memory.kind, sourceText(memory)], '  ')];
  if (runId) lines.push(`switchyard runs show ${runId}    switchyard trace ${runId}`);
  return lines.map((line) => `    ${dim(harmless(line))}`).join('\n');
}

function sourceText({ provenance }: Memory): string {
  const { source, actor, runId, seq, callId } = provenance ?? { source: '', actor: '', runId: '', seq: 0, callId: '' };
  return joined(
    [source, actor, runId && `run ${runId}`, seq > 0 ? `entry ${seq}` : '', callId && `call ${callId}`],
    ', ',
  );
}

/** "valid since …", "until …, superseded by …"; episodes were said once, and only that moment is told. */
function validity({ kind, state, validFrom, validTo, occurredAt, supersededBy }: Memory): string {
  if (state === 'retracted') return yellow('retracted');
  if (kind === 'episode') return occurredAt ? `said ${isoOf(occurredAt)}` : '';
  const since = validFrom ? `valid since ${isoOf(validFrom)}` : '';
  const until = validTo ? `until ${isoOf(validTo)}` : '';
  return joined([since, until, supersededBy && `superseded by ${supersededBy}`], ', ');
}

function weakness({ trust, confidence }: Memory): string {
  return joined(
    [trust === 'low' ? 'low trust' : '', confidence < 0.5 ? `confidence ${confidence.toFixed(2)}` : ''],
    ', ',
  );
}

function alike(count: number): string {
  return count === 0 ? '' : `${count} much like it`;
}

function scopeText({ scope }: Memory): string {
  return joined([scope?.agent, scope?.user, scope?.thread], '/') || 'all';
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `${title}:\n${lines.map((line) => `  ${line}`).join('\n')}`;
}

type Moment = Memory['validFrom'];

function span(from: Moment, to: Moment): string {
  return to ? `${isoOf(from)} to ${isoOf(to)}` : `since ${isoOf(from)}`;
}

/** To the second: "2026-11-01 12:00:00", in UTC. */
function isoOf(time: Moment): string {
  return time ? timestampDate(time).toISOString().slice(0, 19).replace('T', ' ') : '–';
}

function joined(parts: readonly (string | undefined)[], by = '  '): string {
  return parts.filter(Boolean).join(by);
}
