import { describe, expect, it } from '@jest/globals';
import type { CanonicalMessage } from './message.js';
import {
  isCanonicalMessage,
  reasoningOf,
  textOf,
  toolCallsOf,
  toolResultMessage,
  toolResultsOf,
  userMessage,
} from './message-helpers.js';

const FULL: CanonicalMessage = {
  role: 'assistant',
  parts: [
    { type: 'reasoning', text: 'Hm.', signer: 'x', signature: 's' },
    { type: 'text', text: 'A' },
    { type: 'tool_call', id: 'c', name: 't', arguments: { a: [1] } },
    { type: 'text', text: 'B' },
  ],
};

describe('canonical messages', () => {
  it('give their parts by kind', () => {
    expect(textOf(FULL)).toBe('AB');
    expect(reasoningOf(FULL)).toBe('Hm.');
    expect(toolCallsOf(FULL).map((call) => call.id)).toEqual(['c']);
    expect(toolResultsOf(toolResultMessage({ id: 'c', name: 't' }, 'no', { isError: true }))).toEqual([
      { type: 'tool_result', callId: 'c', name: 't', parts: [{ type: 'text', text: 'no' }], isError: true },
    ]);
  });

  it('survive storing, and are recognised afterwards', () => {
    for (const message of [FULL, userMessage('Hi'), toolResultMessage({ id: 'c', name: 't' }, 'ok')]) {
      const stored: unknown = JSON.parse(JSON.stringify(message));
      expect(stored).toEqual(message);
      expect(isCanonicalMessage(stored)).toBe(true);
    }
  });

  it.each([
    ['null', null],
    ['a role that is none', { role: 'developer', parts: [] }],
    ['no parts', { role: 'user' }],
    ['a part of unknown type', { role: 'user', parts: [{ type: 'video' }] }],
    [
      'arguments that are a string',
      { role: 'assistant', parts: [{ type: 'tool_call', id: 'c', name: 't', arguments: '{}' }] },
    ],
    [
      'an image with two sources',
      { role: 'user', parts: [{ type: 'image', mediaType: 'image/png', data: 'x', url: 'y' }] },
    ],
    [
      'a call within a result',
      {
        role: 'tool',
        parts: [
          {
            type: 'tool_result',
            callId: 'c',
            name: 't',
            isError: false,
            parts: [{ type: 'tool_call', id: 'c', name: 't', arguments: {} }],
          },
        ],
      },
    ],
  ])('%s is not one', (_name, value) => {
    expect(isCanonicalMessage(value)).toBe(false);
  });
});
