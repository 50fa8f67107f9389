import {
  create,
  isReplay,
  mayUseScope,
  RecordEpisodesRequestSchema,
  timestampDate,
  timestampFromDate,
  type MemoryPolicy,
  type RecordEpisodesRequest,
  type Run,
} from '@switchyard/contracts';
import { ASKED_BY_MEMORY } from '../derivations/asker.service.js';
import { MAX_TEXT } from '../write-limits.js';
import { keysOfRun } from './run-keys.js';

const DAY_MS = 86_400_000;

/**
 * What is remembered of a run: what its user asked and what its agent answered, each once whatever comes again. Undefined:
 * nothing is. A run that another run called is part of that one's conversation, and one without user and thread is
 * nobody's: remembered, it would be told to everybody. So it is where the agent may remember for neither.
 */
export function conversationOf(
  run: Run,
  seq: number,
  policy: MemoryPolicy | undefined,
): RecordEpisodesRequest | undefined {
  const { tenant, agent, user, thread, runId, status, input, output, parent, metadata, createdAt, endedAt } = run;
  const scope = { tenant, agent, ...forWhom({ user, thread }, policy) };
  if (
    policy?.remember !== 'conversations' ||
    status !== 'completed' ||
    parent ||
    // What memory asks is about what it has: remembered, it would be asked about again.
    ASKED_BY_MEMORY in metadata ||
    // What was answered from a record was said once already.
    isReplay({ metadata }) ||
    (scope.user === '' && scope.thread === '')
  )
    return undefined;
  const keys = keysOfRun(runId);
  const said = [
    {
      text: textOf(input),
      speaker: user || 'user',
      source: 'user',
      seq: 1,
      key: keys.input,
      occurredAt: createdAt,
    },
    { text: textOf(output), speaker: agent, source: 'agent', seq, key: keys.output, occurredAt: endedAt },
  ].filter(({ text }) => text.trim() !== '');
  if (said.length === 0) return undefined;
  const ended = endedAt ? timestampDate(endedAt) : new Date(0);
  return create(RecordEpisodesRequestSchema, {
    scope,
    conversation: thread || runId,
    episodes: said.map(({ occurredAt, ...episode }) => ({ ...episode, ...(occurredAt && { occurredAt }) })),
    provenance: { runId, actor: agent },
    derive: true,
    withinThread: scope.thread !== '',
    ...(policy.keepDays > 0 && { expiresAt: timestampFromDate(new Date(ended.getTime() + policy.keepDays * DAY_MS)) }),
  });
}

/** What a user says is for his other threads too, where the agent may remember for users; else for this thread alone. */
function forWhom({ user, thread }: { user: string; thread: string }, policy: MemoryPolicy | undefined) {
  if (user !== '' && mayUseScope(policy, 'user')) return { user, thread: '' };
  return thread !== '' && mayUseScope(policy, 'thread') ? { user, thread } : { user: '', thread: '' };
}

/** Values that are no text are for programs, and say nothing to remember. */
function textOf(value: Run['input']): string {
  return value?.kind.case === 'stringValue' ? value.kind.value.slice(0, MAX_TEXT) : '';
}
