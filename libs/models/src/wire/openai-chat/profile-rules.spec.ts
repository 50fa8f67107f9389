import { describe, expect, it } from '@jest/globals';
import { toolResultMessage, userMessage } from '../../messages/message-helpers.js';
import type { CanonicalMessage } from '../../messages/message.js';
import type { ProfileInit } from '../../profile/profile.js';
import { callChunk, chunk, readEvents, targetOf, TOOLS } from '../reading.fixture.js';
import { renderChat } from './render.js';

const call: CanonicalMessage = {
  role: 'assistant',
  parts: [{ type: 'tool_call', id: 'call_a', name: 'get_weather', arguments: { city: 'Pa\ud83dris' } }],
};
const HISTORY = [userMessage('Weather?'), call, toolResultMessage({ id: 'call_a', name: 'get_weather' }, 'rain')];

function messagesOf(init: Partial<ProfileInit>, messages: readonly CanonicalMessage[]): unknown {
  return renderChat({ messages, tools: TOOLS }, targetOf({ api: 'openai-chat', ...init })).body['messages'];
}
const rolesOf = (init: Partial<ProfileInit>, messages: readonly CanonicalMessage[]): unknown =>
  JSON.parse(JSON.stringify(messagesOf(init, messages))).map((message: Record<string, unknown>) => message['role']);

describe('chat completions: what a profile says of the endpoint', () => {
  it('arguments go out as an object where the profile says so', () => {
    expect(messagesOf({ tools: { arguments: 'object' } }, HISTORY)).toContainEqual(
      expect.objectContaining({
        tool_calls: [
          { id: 'call_a', type: 'function', function: { name: 'get_weather', arguments: { city: 'Pa\ufffdris' } } },
        ],
      }),
    );
  });

  it('an assistant speaks between results and a user where a user may not follow them, and only there', () => {
    const init = { userAfterResults: false };
    const roles = ['user', 'assistant', 'tool', 'assistant', 'user'];
    expect(rolesOf(init, [...HISTORY, userMessage('Thanks.')])).toEqual(roles);
    expect(rolesOf({}, [...HISTORY, userMessage('Thanks.')])).toEqual(['user', 'assistant', 'tool', 'user']);
    expect(rolesOf(init, HISTORY)).toEqual(['user', 'assistant', 'tool']);
  });

  it('a turn of reasoning alone, which is not sent, is no bridge', () => {
    const thought: CanonicalMessage = { role: 'assistant', parts: [{ type: 'reasoning', text: 'Hm.' }] };
    expect(rolesOf({ userAfterResults: false }, [...HISTORY, thought, userMessage('Thanks.')])).toEqual([
      'user',
      'assistant',
      'tool',
      'assistant',
      'user',
    ]);
  });

  it.each(['stop', 'tool_calls'])(
    'untrusted "%s": a call without arguments is not executed, one with them is',
    (word) => {
      const init: ProfileInit = { api: 'openai-chat', finish: 'untrusted' };
      const bare = callChunk({ index: 0, id: 'a', function: { name: 'clock', arguments: '' } });
      const whole = callChunk({ index: 1, id: 'b', function: { name: 'get_weather', arguments: '{"city":"Paris"}' } });
      expect(readEvents(init, [bare, whole, chunk({}, word)])).toMatchObject({
        toolCalls: [{ name: 'get_weather' }],
        rejectedCalls: [{ call: { name: 'clock' }, code: 'truncated' }],
        finishReason: 'tool_calls',
      });
      expect(readEvents({ api: 'openai-chat' }, [bare, whole, chunk({}, word)]).toolCalls).toHaveLength(2);
    },
  );

  it('untrusted: a word for a cut still counts', () => {
    const whole = callChunk({ index: 0, id: 'b', function: { name: 'get_weather', arguments: '{"city":"Paris"}' } });
    const response = readEvents({ api: 'openai-chat', finish: 'untrusted' }, [whole, chunk({}, 'length')]);
    expect(response).toMatchObject({ finishReason: 'length', toolCalls: [], rejectedCalls: [{ code: 'truncated' }] });
  });
});
