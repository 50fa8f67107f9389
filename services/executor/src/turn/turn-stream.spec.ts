import { describe, expect, it } from '@jest/globals';
import type { Bus } from '@switchyard/bus';
import { Subjects } from '@switchyard/bus';
import { decode, DeltaSchema, encode, PartialTurnSchema, SwitchyardError, type Delta } from '@switchyard/contracts';
import type { ModelEvent } from '@switchyard/models';
import fc from 'fast-check';
import { MAX_PIECE_UNITS, MAX_SHOWN_BYTES, TurnStream, type PartialAsked, type PartialSaid } from './turn-stream.js';

/** NATS' own limit. */
const MAX_PAYLOAD = 1_048_576;

function streaming(): { stream: TurnStream; deltas: Delta[] } {
  const deltas: Delta[] = [];
  // Through the wire form, as a reader gets it.
  const emit: Bus['emit'] = (_subject, schema, init) => {
    const body = encode(schema, init);
    if (Buffer.byteLength(body) > MAX_PAYLOAD) throw new SwitchyardError('bus.too_large', 'too large');
    deltas.push(decode(DeltaSchema, body));
  };
  return { stream: streamOver(emit), deltas };
}

function streamOver(emit: Bus['emit'], warnings: unknown[] = []): TurnStream {
  const logger = { warn: (...said: unknown[]) => void warnings.push(said) };
  return new TurnStream({ emit, subjects: new Subjects() }, { tenant: 'default', runId: 'run_1' }, 1, logger);
}

const text = (value: string): ModelEvent => ({ type: 'text_delta', text: value });
const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** What a reader makes of deltas that follow each other without a gap. */
function read(deltas: readonly Delta[], kind: string): string {
  return deltas.reduce((said, delta) => {
    if (delta.kind === 'reset') return '';
    if (delta.kind !== kind) return said;
    expect(delta.offset).toBe(said.length);
    return said + delta.text;
  }, '');
}

describe('TurnStream', () => {
  it('sends the first piece at once and what comes in one tick together', async () => {
    const { stream, deltas } = streaming();
    stream.push(text('a'));
    expect(deltas.map((delta) => delta.text)).toEqual(['a']);
    for (const letter of 'bcd') stream.push(text(letter));
    expect(deltas).toHaveLength(1);
    await tick();
    expect(deltas.map((delta) => [delta.text, delta.offset])).toEqual([
      ['a', 0],
      ['bcd', 1],
    ]);
  });

  it('loses and doubles nothing, however the answer is cut, and the partial text is what was sent', async () => {
    const event = fc.oneof(
      fc.string({ minLength: 1 }).map(text),
      fc.string({ minLength: 1 }).map((value): ModelEvent => ({ type: 'reasoning_delta', text: value })),
      fc.constant('tick' as const),
      fc.constant('reset' as const),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 30 }), async (events) => {
        const { stream, deltas } = streaming();
        const said = { text: '', reasoning: '' };
        for (const one of events) {
          if (one === 'tick') await tick();
          else if (one === 'reset') {
            stream.reset();
            said.text = said.reasoning = '';
          } else {
            stream.push(one);
            if (one.type === 'text_delta') said.text += one.text;
            if (one.type === 'reasoning_delta') said.reasoning += one.text;
          }
        }
        const partial = stream.partial().deltas;
        for (const kind of ['text', 'reasoning'] as const) {
          expect(read(deltas, kind)).toBe(said[kind]);
          expect(partial.find((delta) => delta.kind === kind)?.text ?? '').toBe(said[kind]);
        }
      }),
    );
  });

  it('names each call and shows its arguments as they come', () => {
    const { stream } = streaming();
    for (const name of ['add', 'clock']) {
      stream.push({ type: 'tool_call_started', callId: name, name });
      stream.push({ type: 'tool_call_delta', callId: name, arguments: '{}' });
    }
    expect(stream.partial().deltas).toMatchObject([{ kind: 'tool_call', text: 'add {}\nclock {}' }]);
  });

  it('a piece larger than a message goes out in several, none of which ends within a character', async () => {
    const { stream, deltas } = streaming();
    stream.push(text('.'));
    const large = 'a'.repeat(MAX_PIECE_UNITS - 1) + '\u{1f600}'.repeat(MAX_PIECE_UNITS);
    stream.push(text(large));
    await tick();
    expect(read(deltas, 'text')).toBe(`.${large}`);
    expect(deltas.length).toBeGreaterThan(3);
    for (const delta of deltas) {
      expect(delta.text.length).toBeLessThanOrEqual(MAX_PIECE_UNITS);
      expect(delta.text).toBe(Buffer.from(delta.text).toString());
    }
  });

  /** What somebody gets who asks until there is no more. */
  function askAll(stream: TurnStream): { replies: PartialSaid[]; said: Record<string, string> } {
    const replies: PartialSaid[] = [];
    const said: Record<string, string> = {};
    for (let asked: PartialAsked = { version: '', offsets: {} }; ;) {
      const reply = stream.partial(asked);
      replies.push(reply);
      for (const { kind = '', text: more = '', offset } of reply.deltas) {
        expect(offset).toBe((said[kind] ?? '').length);
        said[kind] = (said[kind] ?? '') + more;
      }
      if (!reply.more) return { replies, said };
      asked = {
        version: reply.version,
        offsets: Object.fromEntries(Object.entries(said).map(([kind, all]) => [kind, all.length])),
      };
    }
  }

  it('all of a turn is had in replies that messages carry, whatever the text, up to what an answer may have', async () => {
    const { stream, deltas } = streaming();
    // Each takes six bytes as JSON, or is two units.
    const pieces = ['\u0001'.repeat(MAX_PIECE_UNITS), '\u{1f600}'.repeat(MAX_PIECE_UNITS / 2), 'text '.repeat(200_000)];
    for (const type of ['text_delta', 'reasoning_delta'] as const)
      for (const piece of pieces) stream.push({ type, text: piece });
    await tick();
    const { replies, said } = askAll(stream);
    expect(said).toEqual({ text: pieces.join(''), reasoning: pieces.join('') });
    expect(read(deltas, 'text')).toBe(said['text']);
    const sizes = replies.map((reply) => Buffer.byteLength(encode(PartialTurnSchema, { runId: 'run_1', ...reply })));
    expect(Math.max(...sizes)).toBeLessThan(MAX_PAYLOAD / 2);

    stream.reset();
    stream.push(text('again'));
    const { version = '' } = replies[0] ?? {};
    expect(stream.partial({ version, offsets: { text: 2 } }).deltas).toMatchObject([{ kind: 'text', text: 'again' }]);
  });

  it('what an endpoint repeats without end is shown up to a limit', async () => {
    const { stream, deltas } = streaming();
    const piece = 'x'.repeat(1_048_576);
    for (let count = 0; count < 12; count += 1) stream.push({ type: 'tool_call_delta', callId: 'a', arguments: piece });
    await tick();
    expect(deltas.reduce((sum, delta) => sum + delta.text.length, 0)).toBeLessThanOrEqual(MAX_SHOWN_BYTES);
  });

  it('a delta that cannot be sent ends neither the turn nor the process, and is logged once', async () => {
    const warnings: unknown[] = [];
    const stream = streamOver(() => {
      throw new SwitchyardError('bus.unavailable', 'closed connection');
    }, warnings);
    stream.push(text('a'));
    stream.push(text('b'));
    await tick();
    stream.reset();
    stream.push(text('c'));
    expect(stream.partial().deltas).toMatchObject([{ text: 'c' }]);
    expect(warnings).toHaveLength(1);
  });

  it('a turn that starts over before anything was said says nothing of it', () => {
    const { stream, deltas } = streaming();
    stream.reset();
    expect(deltas).toEqual([]);
  });
});
