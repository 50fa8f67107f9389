import { describe, expect, it } from '@jest/globals';
import {
  create,
  MemoryPolicySchema,
  RunSchema,
  timestampDate,
  timestampFromDate,
  toValue,
  type MessageInitShape,
} from '@switchyard/contracts';
import { conversationOf } from './conversation-of.js';

const endedAt = timestampFromDate(new Date('2026-11-01T00:00:00Z'));
const run = (init: MessageInitShape<typeof RunSchema> = {}) =>
  create(RunSchema, {
    tenant: 't',
    runId: 'run_1',
    agent: 'helper',
    user: 'ann',
    thread: 'th',
    status: 'completed',
    input: toValue('I live in Bonn'),
    output: toValue('Noted.'),
    endedAt,
    ...init,
  });
const policy = create(MemoryPolicySchema, { remember: 'conversations' });

describe('what is remembered of a run', () => {
  it('is what its user and its agent said, each once, where it stands in the journal', () => {
    const request = conversationOf(run(), 7, policy);
    expect(request).toMatchObject({
      scope: { tenant: 't', agent: 'helper', user: 'ann', thread: '' },
      conversation: 'th',
      derive: true,
      provenance: { runId: 'run_1' },
    });
    expect(request?.episodes).toMatchObject([
      { text: 'I live in Bonn', speaker: 'ann', source: 'user', seq: 1, key: 'run_1/input' },
      { text: 'Noted.', speaker: 'helper', source: 'agent', seq: 7, key: 'run_1/output' },
    ]);
    expect(request?.expiresAt).toBeUndefined();
  });

  it('stays as long as the agent says', () => {
    const keep = create(MemoryPolicySchema, { remember: 'conversations', keepDays: 2 });
    const { expiresAt } = conversationOf(run(), 7, keep) ?? {};
    expect(expiresAt && timestampDate(expiresAt).toISOString()).toBe('2026-11-03T00:00:00.000Z');
  });

  it('is for the thread alone where no user is named', () => {
    expect(conversationOf(run({ user: '' }), 7, policy)?.scope).toMatchObject({ user: '', thread: 'th' });
  });

  it('is for those whom the agent may remember for: its thread where users are not among them', () => {
    const within = (...scopes: string[]) => create(MemoryPolicySchema, { remember: 'conversations', scopes });
    expect(conversationOf(run(), 7, within('user'))).toMatchObject({ scope: { user: 'ann', thread: '' } });
    expect(conversationOf(run(), 7, within('thread', 'agent'))).toMatchObject({
      scope: { user: 'ann', thread: 'th' },
      withinThread: true,
    });
    expect(conversationOf(run(), 7, within('agent', 'tenant'))).toBeUndefined();
    expect(conversationOf(run({ user: '' }), 7, within('user'))).toBeUndefined();
  });

  it.each([
    ['the agent does not say so', run(), create(MemoryPolicySchema)],
    ['nobody and no thread is named', run({ user: '', thread: '' }), policy],
    ['another run called it', run({ parent: { runId: 'run_0' } }), policy],
    ['memory itself asked for it', run({ metadata: { 'switchyard.memory': 'facts' } }), policy],
    ['its calls were answered from a record', run({ metadata: { 'switchyard.replay': 'run_0' } }), policy],
    ['it failed', run({ status: 'failed' }), policy],
    ['nothing was said', run({ input: toValue({ a: 1 }), output: toValue(' ') }), policy],
  ])('is nothing where %s', (_, given, wanted) => {
    expect(conversationOf(given, 7, wanted)).toBeUndefined();
  });
});
