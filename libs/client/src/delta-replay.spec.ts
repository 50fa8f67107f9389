import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { create, DeltaSchema, type Delta } from '@switchyard/contracts';
import { DeltaReplay } from './delta-replay.js';

const KINDS = ['text', 'reasoning'] as const;
const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('say' as const),
      kind: fc.constantFrom(...KINDS),
      text: fc.constantFrom('a', 'b', 'ab', 'ba'),
    }),
  },
  { weight: 2, arbitrary: fc.constant({ do: 'reconnect' as const }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const), seen: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('turn' as const) }) },
);

const delta = (turn: number, kind: string, offset: number, text: string): Delta =>
  create(DeltaSchema, { runId: 'run_1', turn, kind, offset, text });

describe('the text that a reader of the client is given', () => {
  it('is the text of the turn, with nothing missing and nothing doubled, over any reconnections and restarts', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (script) => {
        const replay = new DeltaReplay();
        const said = new Map<string, string>();
        const read = new Map<string, string>();
        let turn = 1;
        let connected = true;
        const take = (one: Delta): void => {
          for (const { kind, offset, text } of replay.read(one)) {
            if (kind === 'reset') read.clear();
            else {
              expect(offset).toBe((read.get(kind) ?? '').length);
              read.set(kind, (read.get(kind) ?? '') + text);
            }
          }
        };
        const connect = (): void => {
          replay.reconnect();
          connected = true;
          if (said.size > 0) take(delta(turn, 'reset', 0, ''));
          for (const [kind, text] of said) take(delta(turn, kind, 0, text));
        };
        for (const action of script) {
          if (action.do === 'say') {
            const before = said.get(action.kind) ?? '';
            said.set(action.kind, before + action.text);
            if (connected) take(delta(turn, action.kind, before.length, action.text));
          }
          if (action.do === 'reconnect') connect();
          if (action.do === 'restart') {
            said.clear();
            if (connected && action.seen) take(delta(turn, 'reset', 0, ''));
            // Nobody who is connected misses a reset.
            else connected = false;
          }
          if (action.do === 'turn') {
            replay.turnCompleted(turn);
            turn += 1;
            said.clear();
            read.clear();
          }
        }
        if (!connected) connect();
        for (const kind of KINDS) {
          const before = said.get(kind) ?? '';
          said.set(kind, `${before}!`);
          take(delta(turn, kind, before.length, '!'));
          expect(read.get(kind)).toBe(said.get(kind));
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('is not begun again by a reconnection that says the same', () => {
    const replay = new DeltaReplay();
    replay.read(delta(1, 'text', 0, 'Hello'));
    replay.reconnect();
    expect(replay.read(delta(1, 'reset', 0, ''))).toEqual([]);
    expect(replay.read(delta(1, 'text', 0, 'Hello wor'))).toEqual([delta(1, 'text', 5, ' wor')]);
    expect(replay.read(delta(1, 'text', 9, 'ld'))).toEqual([delta(1, 'text', 9, 'ld')]);
  });
});
