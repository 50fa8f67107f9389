import { describe, expect, it } from '@jest/globals';
import { initialState, preview, type RunEventBodyInit, type RunState } from '@switchyard/journal';
import { assistantMessage, textOf, userMessage } from '@switchyard/models';
import { toValue } from '@switchyard/contracts';
import fc from 'fast-check';
import { compactionBody } from './compaction-body.js';

const wire = (value: object) => JSON.parse(JSON.stringify(value));

/** A run with memories before its input, and so many turns. */
function stateOf(memories: number, turns: number): RunState {
  const identity = initialState({ tenant: 't', runId: 'r', taskId: 'k', agent: 'a', idempotencyKey: '' });
  const remembered = Array.from({ length: memories }, (_, index) => wire(userMessage(`known ${index}`)));
  const bodies: RunEventBodyInit[] = [
    { case: 'runAccepted', value: { agentVersion: 'v', backend: 'b', input: toValue('Go on.') } },
    ...(memories === 0 ? [] : [{ case: 'inputAppended' as const, value: { source: 'memory', messages: remembered } }]),
    ...Array.from({ length: turns }, (_, index): RunEventBodyInit[] => [
      {
        case: 'modelTurnCompleted',
        value: { turn: index + 1, message: wire(assistantMessage(`turn ${index}`)), finishReason: 'stop' },
      },
      { case: 'inputAppended', value: { source: 'user', messages: [wire(userMessage(`more ${index}`))] } },
    ]).flat(),
  ];
  return preview(
    identity,
    bodies.map((body) => ({ body, actor: 'test' })),
  );
}

describe('a compaction as it is journaled', () => {
  it('folds into the history that was sent, whatever of it was left out, and once more', () => {
    fc.assert(
      fc.property(fc.nat(3), fc.nat(6), fc.array(fc.boolean(), { maxLength: 20 }), (memories, turns, left) => {
        let state = stateOf(memories, turns);
        for (const note of ['first note', 'second note']) {
          const kept = state.messages.filter((_, index) => left[index] !== true);
          if (kept.length === state.messages.length) return;
          const at = left.indexOf(true);
          const messages = kept.toSpliced(at, 0, userMessage(note));
          const body = compactionBody(state, { messages, tokensBefore: 10, tokensAfter: 5 });
          state = preview(state, [{ body, actor: 'executor' }]);
          expect(state.messages.map((message) => textOf(message))).toEqual(messages.map((message) => textOf(message)));
        }
      }),
    );
  });

  it('holds only what changed and what came with it: the end stays where it was', () => {
    const state = stateOf(0, 5);
    const messages = [userMessage('note'), ...state.messages.slice(4)];
    const body = compactionBody(state, { messages, tokensBefore: 10, tokensAfter: 5 });
    expect(body).toMatchObject({ case: 'contextCompacted', value: { upToSeq: state.messageSeqs[3] } });
    expect(body.case === 'contextCompacted' ? body.value.messages : []).toHaveLength(1);
    const after = preview(state, [{ body, actor: 'executor' }]);
    expect(after.messages.at(-1)).toBe(state.messages.at(-1));
  });
});
