import { describe, expect, it } from '@jest/globals';
import { create, ProvenanceSchema } from '@switchyard/contracts';
import { makeFact } from './make-statement.js';
import { planSave, type Knowledge } from './plan-save.js';

const at = new Date('2026-11-01T00:00:00Z');
const say = (text: string, source = 'user', saveKey = '') =>
  makeFact({ text, at, self: '', saveKey, provenance: create(ProvenanceSchema, { source }) });
const nothing: Knowledge = { known: new Map(), saves: new Map(), shown: [] };
const knowing = (text: string, state = 'current'): Knowledge => {
  const { statementKey } = say(text);
  return { ...nothing, known: new Map([[statementKey, { id: 'mem_1', statementKey, state }]]) };
};
const outcomes = (statements: Parameters<typeof planSave>[0], knowledge: Knowledge) =>
  planSave(statements, knowledge).map(({ outcome }) => outcome);

describe('what becomes of a statement', () => {
  it('is a row the first time and a count from then on, within one batch too', () => {
    expect(outcomes([say('Tea is hot'), say('tea is hot!')], nothing)).toEqual(['stored', 'repeated']);
    expect(outcomes([say('Tea is hot')], knowing('tea is hot'))).toEqual(['repeated']);
  });

  it('is nothing where the same call comes again, and nothing where what it saved is gone', () => {
    const call = say('Tea is hot', 'agent', 'call_1');
    const saves = (exists: boolean) => new Map([['call_1', [{ memoryId: 'mem_1', exists }]]]);
    expect(outcomes([call], { ...knowing('tea is hot'), saves: saves(true) })).toEqual(['redelivered']);
    expect(outcomes([call], { ...nothing, saves: saves(false) })).toEqual(['forgotten']);
    expect(outcomes([call, call], nothing)).toEqual(['stored', 'redelivered']);
  });

  it('is an echo where an agent says what it was given, and no echo from a person', () => {
    const shown = { ...nothing, shown: [{ id: 'mem_9', text: 'The staging database is called heron' }] };
    expect(planSave([say('Staging database called: heron', 'agent')], shown)).toMatchObject([
      { outcome: 'echo', memoryId: 'mem_9' },
    ]);
    expect(outcomes([say('The staging database is called heron')], shown)).toEqual(['stored']);
    expect(outcomes([say('The staging database is called osprey', 'agent')], shown)).toEqual(['stored']);
    expect(outcomes([say('heron', 'agent')], shown)).toEqual(['stored']);
  });

  it('stays withdrawn unless a person says it again', () => {
    expect(outcomes([say('Tea is hot', 'tool')], knowing('tea is hot', 'retracted'))).toEqual(['withdrawn']);
    expect(planSave([say('Tea is hot')], knowing('tea is hot', 'retracted'))).toMatchObject([
      { outcome: 'repeated', revives: true },
    ]);
  });
});
