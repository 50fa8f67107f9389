import { describe, expect, it } from '@jest/globals';
import { doneLine, type Program } from './program.js';
import { readConversation, type ChatMessage } from './read-conversation.js';

const program = (id: string, more: Partial<Program> = {}): string => JSON.stringify({ id, turns: [], ...more });
const joining = (id: string): string => program(id, { joins: true });
const user = (...lines: string[]): ChatMessage => ({ role: 'user', content: lines.join('\n') });
const answer = (id: string): ChatMessage => ({ role: 'assistant', content: doneLine(id) });

function read(...messages: ChatMessage[]): [string, string[]] {
  const { program: current, heard } = readConversation([{ role: 'system', content: 'x' }, ...messages]);
  return [current.id, heard];
}

describe('the program that a model is asked to go on with', () => {
  it('is the last of its thread, whether those before were answered or interrupted', () => {
    expect(read(user(program('a')))).toEqual(['a', []]);
    expect(read(user(program('a')), answer('a'), user(program('b')))).toEqual(['b', []]);
    expect(read(user(program('a'), program('b')))).toEqual(['b', []]);
  });

  it('hears what joins it, and is followed by what joins after its answer', () => {
    expect(read(user(program('a'), joining('b')))).toEqual(['a', ['b']]);
    expect(read(user(program('a'), 'by the way'))).toEqual(['a', ['by the way']]);
    expect(read(user(program('a')), answer('a'), user(joining('b')))).toEqual(['b', []]);
    expect(read(user(program('a'), joining('b')), answer('a'), user(program('c'), joining('d')))).toEqual(['c', ['d']]);
  });

  it('stands where its results end', () => {
    const turns: Program['turns'] = [[{ do: 'pure', step: 's' }], [{ do: 'pure', step: 't' }]];
    const called = { role: 'assistant', content: null, tool_calls: [{ id: 'c' }] };
    const messages = [user(program('a', { turns })), called, { role: 'tool', content: 'pure s' }];
    expect(readConversation(messages)).toMatchObject({ turn: 1, done: [{ step: 's', result: 'pure s' }] });
    const marked = [...messages.slice(0, 2), { role: 'tool', content: '<untrusted>\npure s\n</untrusted>' }];
    expect(readConversation(marked)).toMatchObject({ done: [{ step: 's', result: 'pure s' }] });
    expect(() => readConversation(messages.slice(0, 2))).toThrow('0 results for 1 calls');
  });
});
