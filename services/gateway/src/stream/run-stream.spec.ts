import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { create, DeltaSchema, type Delta, type RunEvent } from '@switchyard/contracts';
import { RunStream } from './run-stream.js';
import { ScriptedRun, Viewer } from './run-stream.fixture.js';

const PAGE = 3;

/** Does what the stream asks for until it asks for nothing, as the gateway does. */
function settle(stream: RunStream, run: ScriptedRun, viewer: Viewer, executorAnswers = true, characters = 0): void {
  for (let round = 0; round < 200; round += 1) {
    if (stream.needsJournal) {
      const page = run.journal.slice(stream.lastSeq, stream.lastSeq + PAGE);
      viewer.read(stream.journal(page, page.length < PAGE));
    } else if (stream.needsPartial) {
      stream.needsPartial = false;
      const partial = characters > 0 ? run.partialAfter(stream.partialPlace, characters) : run.partial();
      viewer.read(executorAnswers ? stream.partial(partial) : stream.giveUpWaiting());
      if (!executorAnswers) return;
    } else return;
  }
  throw new Error('the stream never comes to rest');
}

function open(run: ScriptedRun, viewer: Viewer): RunStream {
  return new RunStream({ tenant: 'default', runId: 'run_1', afterSeq: viewer.seq, completedTurns: run.turns });
}

const KINDS = ['text', 'reasoning', 'tool_call'] as const;
const kind = fc.constantFrom(...KINDS);
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('say' as const), kind, text: fc.string({ minLength: 1, maxLength: 4 }) }),
  },
  { weight: 2, arbitrary: fc.constant({ do: 'turn' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'event' as const }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const), announced: fc.boolean() }) },
  { weight: 1, arbitrary: fc.constant({ do: 'reconnect' as const }) },
  { weight: 2, arbitrary: fc.constant({ do: 'settle' as const }) },
);
/** What the bus does to one message. */
const fate = fc.constantFrom('deliver', 'deliver', 'deliver', 'lose', 'repeat', 'delay');

describe('the stream of a run', () => {
  it('shows every event once and in order, and exactly the text so far, whatever is lost, repeated, late or cut off', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(step, fate), { maxLength: 60 }), fc.integer({ min: 0, max: 5 }), (script, page) => {
        const settled = (): void => settle(stream, run, viewer, true, page);
        const run = new ScriptedRun();
        const viewer = new Viewer();
        let stream = open(run, viewer);
        const late: (() => void)[] = [];
        let generation = 0;
        const deliver = (message: { event: RunEvent } | { delta: Delta }, how: string): void => {
          const target = stream;
          const now = (): void => {
            // A closed connection's messages go nowhere.
            if (target !== stream) return;
            viewer.read('event' in message ? stream.live(message.event) : stream.delta(message.delta));
          };
          if (how === 'delay') late.push(now);
          else if (how !== 'lose') now();
          if (how === 'repeat') now();
        };
        for (const [action, how] of script) {
          if (action.do === 'say')
            deliver({ delta: run.say(action.kind, action.text) }, how === 'delay' ? 'deliver' : how);
          if (action.do === 'turn') deliver({ event: run.completeTurn() }, how);
          if (action.do === 'event') deliver({ event: run.append({ case: 'runResumed', value: {} }) }, how);
          if (action.do === 'restart') {
            const reset = run.restart(action.announced);
            if (reset) deliver({ delta: reset }, 'deliver');
            // An executor that took over without a word is known by its first words, which differ.
            generation += 1;
            if (!reset) for (const one of KINDS) deliver({ delta: run.say(one, `<${generation}>`) }, 'deliver');
          }
          if (action.do === 'reconnect') stream = open(run, viewer);
          if (action.do === 'settle') {
            settled();
            late.splice(0).forEach((message) => message());
          }
        }
        late.splice(0).forEach((message) => message());
        // The heartbeat's look at the journal and one more piece of text bring up what was lost in silence.
        stream.needsJournal = true;
        settled();
        for (const one of KINDS) viewer.read(stream.delta(run.say(one, '!')));
        settled();
        expect(viewer.seen).toEqual(run.journal.map((event) => event.seq));
        expect(KINDS.map((one) => viewer.text(one))).toEqual(KINDS.map((one) => run.text(one)));
        viewer.read(stream.live(run.end()));
        expect(stream.ended).toBe(true);
        expect(viewer.seq).toBe(run.journal.length);
      }),
      { numRuns: 2_000 },
    );
  });

  it('asks on for a text that takes many replies, and from the beginning where the turn starts over between them', () => {
    const run = new ScriptedRun();
    const viewer = new Viewer();
    const stream = open(run, viewer);
    viewer.read(stream.journal(run.journal, true));
    run.say('text', 'abcdef');
    viewer.read(stream.partial(run.partialAfter(stream.partialPlace, 2)));
    viewer.read(stream.partial(run.partialAfter(stream.partialPlace, 2)));
    expect([viewer.text('text'), stream.needsPartial]).toEqual(['abcd', true]);
    const late = run.partialAfter(stream.partialPlace, 2);
    run.restart(false);
    run.say('text', 'abXYZ');
    viewer.read(stream.partial(run.partialAfter(stream.partialPlace, 3)));
    expect(viewer.text('text')).toBe('abX');
    viewer.read(stream.partial(late));
    settle(stream, run, viewer, true, 2);
    expect(viewer.text('text')).toBe('abXYZ');
  });

  it('gives a viewer that comes back at any position the rest of the journal and the whole text of the open turn', () => {
    const run = new ScriptedRun();
    run.completeTurn();
    run.append({ case: 'toolCallsRequested', value: {} });
    run.completeTurn();
    run.say('text', 'Hello');
    for (let position = 0; position <= run.journal.length; position += 1) {
      const viewer = new Viewer();
      viewer.read(run.journal.slice(0, position).map((event) => ({ event })));
      const stream = open(run, viewer);
      settle(stream, run, viewer);
      expect(viewer.seen).toEqual(run.journal.map((event) => event.seq));
      expect(viewer.text('text')).toBe('Hello');
    }
  });

  it('lets live text through at once where no executor answers for the text before it', () => {
    const run = new ScriptedRun();
    const viewer = new Viewer();
    const stream = open(run, viewer);
    settle(stream, run, viewer, false);
    viewer.read(stream.delta(run.say('text', 'He')));
    expect(viewer.text('text')).toBe('He');
    viewer.read(stream.delta(run.say('text', 'llo')));
    expect(viewer.text('text')).toBe('Hello');
  });

  it('keeps text back after a loss until the executor has told what was lost', () => {
    const run = new ScriptedRun();
    const viewer = new Viewer();
    const stream = open(run, viewer);
    settle(stream, run, viewer);
    run.say('text', 'lost ');
    viewer.read(stream.delta(run.say('text', 'kept')));
    expect(viewer.text('text')).toBe('');
    expect(stream.needsPartial).toBe(true);
    settle(stream, run, viewer);
    expect(viewer.text('text')).toBe('lost kept');
  });

  it('does not starve on two executors that say different things in the same turn', () => {
    const run = new ScriptedRun();
    const viewer = new Viewer();
    const stream = open(run, viewer);
    settle(stream, run, viewer);
    viewer.read(stream.delta(run.say('text', 'abc')));
    viewer.read(stream.delta(create(DeltaSchema, { runId: 'run_1', turn: 1, kind: 'text', offset: 1, text: 'ZZ' })));
    settle(stream, run, viewer);
    viewer.read(stream.delta(run.say('text', 'def')));
    settle(stream, run, viewer);
    expect(viewer.text('text')).toBe('abcdef');
  });

  it('says nothing after the end of the run', () => {
    const run = new ScriptedRun();
    const viewer = new Viewer();
    const stream = open(run, viewer);
    settle(stream, run, viewer);
    const text = run.say('text', 'too late');
    viewer.read(stream.live(run.end()));
    expect(stream.delta(text)).toEqual([]);
    expect(stream.partial(run.partial())).toEqual([]);
    expect(stream.live(run.append({ case: 'runResumed', value: {} }))).toEqual([]);
  });
});
