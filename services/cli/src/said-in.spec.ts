import { describe, expect, it } from '@jest/globals';
import { create, MemorySchema, RunEventSchema, SwitchyardError, type RunEvent } from '@switchyard/contracts';
import { entryOf, withEntries } from './said-in.js';

const journal: RunEvent[] = [
  create(RunEventSchema, { seq: 1, body: { case: 'runParked', value: { callIds: ['call_1'] } } }),
  create(RunEventSchema, { seq: 4, body: { case: 'toolCallsRequested', value: { calls: [{ callId: 'call_1' }] } } }),
];
const said = (runId: string, callId: string, seq = 0) =>
  create(MemorySchema, { id: `mem_${runId}`, provenance: { source: 'agent', runId, callId, seq } });

describe('the entry in which something was said', () => {
  it('is the one that asked for the call', () => {
    expect([entryOf(journal, 'call_1'), entryOf(journal, 'call_2'), entryOf([], 'call_1')]).toEqual([4, 0, 0]);
  });

  it('is looked up once a run, where it is not known, and a run that is gone is passed over', async () => {
    const asked: string[] = [];
    const runs = {
      journal: async (runId: string) => {
        asked.push(runId);
        if (runId === 'run_2') throw new SwitchyardError('run.not_found', 'It is gone.');
        return journal;
      },
    };
    const memories = [
      said('run_1', 'call_1'),
      said('run_1', 'call_1'),
      said('run_2', 'call_1'),
      said('run_3', 'call_1', 9),
    ];
    const found = await withEntries(runs, [...memories, create(MemorySchema, { id: 'mem_0' })]);
    expect(found.map(({ provenance }) => provenance?.seq)).toEqual([4, 4, 0, 9, undefined]);
    expect(asked).toEqual(['run_1', 'run_2']);
  });
});
