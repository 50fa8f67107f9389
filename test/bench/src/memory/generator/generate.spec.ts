import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Conversation } from '../corpus.js';
import { generate } from './generate.js';
import { TOPICS } from './topics/index.js';

const options = { conversations: 2, sessions: 16, chatter: 6 };

/** Every conversation of any seed. */
function ofAnySeed(check: (conversation: Conversation, at: ReadonlyMap<string, number>) => void): void {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1_000_000 }), fc.integer({ min: 1, max: 20 }), (seed, sessions) => {
      for (const conversation of generate({ ...options, seed, sessions })) {
        const turns = conversation.sessions.flatMap((session) => session.turns);
        check(conversation, new Map(turns.map(({ id, occurredAt }) => [id, occurredAt.getTime()])));
      }
    }),
    { numRuns: 25 },
  );
}

describe('generated conversations', () => {
  it('are the same to the byte for the same seed, and others for another', () => {
    const bytes = (seed: number) => JSON.stringify(generate({ ...options, seed }));
    expect(bytes(7)).toBe(bytes(7));
    expect(bytes(7)).not.toBe(bytes(8));
  });

  it('have every turn once, in order of time, with no place left open, whatever the seed', () => {
    ofAnySeed(({ sessions, questions }, at) => {
      const turns = sessions.flatMap((session) => session.turns);
      expect(at.size).toBe(turns.length);
      expect(turns.every((turn, n) => n === 0 || turn.occurredAt > (turns[n - 1]?.occurredAt ?? 0))).toBe(true);
      expect([...turns, ...questions].filter(({ text }) => /\$[a-z]|undefined|[.?!]\.|: ?\.$/.test(text))).toEqual([]);
    });
  });

  it('have the answer to every question among their turns', () => {
    ofAnySeed(({ questions }, at) => {
      for (const { evidence, update, contradiction } of questions) {
        expect(evidence.length).toBeGreaterThan(0);
        expect(evidence.every((group) => group.length > 0)).toBe(true);
        const named = [evidence, Object.values(update ?? {}), Object.values(contradiction ?? {})].flat(2);
        expect(named.filter((id) => !at.has(id))).toEqual([]);
      }
    });
  });

  it('say what is superseded before what is current, and what is asked of a day before that day', () => {
    ofAnySeed(({ questions }, at) => {
      const times = (ids: readonly string[] = []) => ids.map((id) => at.get(id) ?? Number.NaN);
      for (const { evidence, update, asOf } of questions) {
        if (update) expect(Math.max(...times(update.superseded))).toBeLessThan(Math.min(...times(update.current)));
        if (asOf) expect(Math.max(...times(evidence.flat()))).toBeLessThan(asOf.getTime());
      }
    });
  });

  it('never take for evidence what only contradicts it', () => {
    ofAnySeed(({ questions }) => {
      for (const { contradiction } of questions)
        expect(contradiction?.doubted.filter((id) => contradiction.trusted.includes(id)) ?? []).toEqual([]);
    });
  });

  it('need two turns for what takes more than one hop', () => {
    ofAnySeed(({ questions }) => {
      const hops = questions.filter(({ category }) => category === 'multi-hop');
      expect(hops.filter(({ evidence }) => evidence.length !== 2 || evidence[0]?.[0] === evidence[1]?.[0])).toEqual([]);
    });
  });

  it('ask for everything that memories are asked for, over all topics', () => {
    const conversations = generate({ ...options, seed: 1, conversations: 20 });
    const questions = conversations.flatMap((conversation) => conversation.questions);
    expect([...new Set(questions.map(({ category }) => category))].sort()).toEqual([
      'as-of',
      'contradiction',
      'multi-hop',
      'retracted',
      'single-hop',
      'temporal',
      'update',
    ]);
    expect(questions.some(({ update }) => (update?.superseded.length ?? 0) > 1)).toBe(true);
    const turns = conversations.flatMap(({ sessions }) => sessions.flatMap((session) => session.turns));
    expect(turns.some(({ source }) => source === 'tool')).toBe(true);
    expect(turns.some(({ speaker, text }) => speaker === 'assistant' && text.length > 400)).toBe(true);
  });
});

describe('topics', () => {
  it('are more than 25, each with a name of its own and several ways to say it', () => {
    expect(TOPICS.length).toBeGreaterThan(25);
    expect(new Set(TOPICS.map(({ name }) => name)).size).toBe(TOPICS.length);
    for (const { values, tell, change, retract, ask } of TOPICS) {
      expect(new Set(values).size).toBeGreaterThan(6);
      expect(Math.min(tell.length, change.length, retract.length, ask.length)).toBeGreaterThan(1);
    }
  });

  it.each(TOPICS.map((topic) => [topic.name, topic] as const))(
    'say the value and the person of %s where they are needed',
    (_, topic) => {
      for (const text of [
        ...topic.tell,
        ...topic.change,
        ...topic.retract,
        ...topic.short,
        ...topic.hearsay,
        ...topic.when,
        ...topic.before,
      ])
        expect(text).toContain('$v');
      for (const text of [...topic.ask, ...topic.when, ...topic.before, ...topic.hearsay]) expect(text).toContain('$p');
      for (const text of [...topic.tell, ...topic.retract, ...topic.ask]) expect(text).not.toContain('$o');
    },
  );
});
