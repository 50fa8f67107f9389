import { describe, expect, it } from '@jest/globals';
import {
  create,
  MemoryHistorySchema,
  MemorySchema,
  RecalledMemorySchema,
  timestampFromDate,
  type MessageInitShape,
} from '@switchyard/contracts';
import { episodeTable, hitText, memoryText, whyText } from './memory-text.js';

const at = (text: string) => timestampFromDate(new Date(text));
const memory = (init: MessageInitShape<typeof MemorySchema> = {}) =>
  create(MemorySchema, {
    id: 'mem_1',
    text: 'The depot is in Bern',
    kind: 'fact',
    state: 'current',
    trust: 'high',
    confidence: 1,
    count: 1,
    validFrom: at('2026-01-01T00:00:00Z'),
    ...init,
  });
const hit = (init: MessageInitShape<typeof MemorySchema>) =>
  hitText(create(RecalledMemorySchema, { memory: memory(init), score: 0.5, why: 'matches "depot"' }));

describe('a hit, as people read it', () => {
  it('says since when it is true, and why it was found, in one line below', () => {
    expect(hit({})).toBe('0.50  The depot is in Bern\n      mem_1  valid since 2026-01-01 00:00:00  matches "depot"');
  });

  it('says until when it was true, and what took its place', () => {
    expect(hit({ state: 'superseded', validTo: at('2026-02-01T00:00:00Z'), supersededBy: 'mem_2' })).toContain(
      'valid since 2026-01-01 00:00:00, until 2026-02-01 00:00:00, superseded by mem_2',
    );
  });

  it('says so where it is believed little, and only there', () => {
    expect(hit({ trust: 'low', confidence: 0.25 })).toContain('low trust, confidence 0.25');
    expect(hit({ trust: 'medium' })).not.toContain('trust');
  });

  it('says of what was said when that was', () => {
    expect(hit({ kind: 'episode', occurredAt: at('2026-03-01T10:00:00Z') })).toContain('said 2026-03-01 10:00:00');
  });
});

describe('what was said, as people read it', () => {
  it('leads to the run and the entry of its journal', () => {
    const episode = memory({
      kind: 'episode',
      text: 'I live in\nBonn',
      speaker: 'ann',
      occurredAt: at('2026-03-01T10:00:00Z'),
      provenance: { runId: 'run_1', seq: 5 },
      count: 2,
    });
    const [head, line] = episodeTable([episode]).split('\n');
    expect(head).toMatch(/^SAID +WHO +RUN +ENTRY +TEXT/);
    expect(line).toMatch(/^2026-03-01 10:00:00 +ann +run_1 +5 +I live in Bonn \(said 2 times\)$/);
    expect(episodeTable([memory({ kind: 'episode' })])).toMatch(/– +– +–/);
  });
});

describe('a memory and its history, as people read them', () => {
  const run = { source: 'agent', actor: 'assistant', runId: 'run_1', seq: 5, callId: 'call_1' };

  it('leave out what is not known', () => {
    const shown = memoryText(memory({ speaker: 'ada', conversation: 'talk', count: 2 }));
    expect(shown).toContain('said     2 times by ada in talk');
    expect(shown).not.toMatch(/about|tags|expires|from {4}/);
  });

  it('lead to the run and the entry, of all that it rests on', () => {
    const history = create(MemoryHistorySchema, {
      memory: memory({ provenance: { source: 'user', actor: 'user:ada' } }),
    });
    const why = whyText(history, [memory({ id: 'mem_0', text: 'We are in Bern', kind: 'episode', provenance: run })]);
    expect(why).toContain('Rests on:\n  We are in Bern\n    mem_0  episode  agent, assistant, run run_1, entry 5');
    expect(why).toContain('switchyard runs show run_1    switchyard trace run_1');
    expect(why).not.toContain('What was done to it');
  });

  it('drive no terminal, whatever was remembered', () => {
    const evil = '\u001b[2J\u0007\u009b31m';
    const poisoned = memory({
      text: evil,
      subject: evil,
      tags: [evil],
      speaker: evil,
      provenance: { actor: evil, source: evil },
    });
    const history = create(MemoryHistorySchema, { memory: poisoned, derived: [poisoned] });
    expect(memoryText(poisoned) + whyText(history, [poisoned])).not.toMatch(/[\u0007\u001b\u009b]/);
  });
});
