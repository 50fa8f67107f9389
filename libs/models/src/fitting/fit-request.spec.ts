import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  assistantMessage,
  systemMessage,
  textOf,
  toolResultMessage,
  userMessage,
} from '../messages/message-helpers.js';
import type { CanonicalMessage, ToolCallPart } from '../messages/message.js';
import { toTurns } from '../messages/turns.js';
import { ModelError } from '../model-error.js';
import type { ModelRequest } from '../model-request.js';
import { defineProfile } from '../profile/profile.js';
import { countRequest } from '../tokens/count-request.js';
import { estimatingCounter } from '../tokens/token-counter.js';
import { outputLimit } from '../wire/settings.js';
import { anyHistory, orderlyHistory } from './arbitrary-history.fixture.js';
import { isContextNote } from './context-note.js';
import type { FitOptions, FittedRequest } from './fit-request.js';
import { fitRequest } from './fit-request.js';

const profileOf = (contextWindow: number, maxOutputTokens = 400) =>
  defineProfile({ api: 'openai-chat', contextWindow, maxOutputTokens });
const COUNTER = estimatingCounter(profileOf(1_000));
const words = (count: number): string => 'word '.repeat(count).trim();

function fit(request: ModelRequest, window: number, options?: FitOptions): Promise<FittedRequest> {
  return fitRequest(request, profileOf(window), COUNTER, options);
}

/** So many rounds of a call and its result after one question. */
function rounds(count: number, resultWords: number, more: CanonicalMessage[] = []): CanonicalMessage[] {
  const each = Array.from({ length: count }, (_, index): CanonicalMessage[] => {
    const call: ToolCallPart = { type: 'tool_call', id: `c${index}`, name: 'read', arguments: { page: index } };
    return [{ role: 'assistant', parts: [call] }, toolResultMessage(call, `page ${index}: ${words(resultWords)}`)];
  });
  return [systemMessage('Read all pages.'), userMessage('What do they say?'), ...each.flat(), ...more];
}

const texts = (messages: readonly CanonicalMessage[]): string =>
  messages
    .map((message) => message.parts.map((part) => ('parts' in part ? textOf(part.parts) : textOf([part]))).join(''))
    .join('\n');
const unanswered = (messages: readonly CanonicalMessage[]): number =>
  (JSON.stringify(toTurns(messages, 'token', (name) => name)).match(/No result was recorded/g) ?? []).length;
const orphans = (messages: readonly CanonicalMessage[]): number =>
  (JSON.stringify(toTurns(messages, 'token', (name) => name)).match(/\[Result of read\]/g) ?? []).length;
const lastUsers = (messages: readonly CanonicalMessage[]): CanonicalMessage | undefined =>
  messages.findLast((message) => message.role === 'user' && !isContextNote(message));

describe('a request is fitted', () => {
  it('not at all where it fits', async () => {
    const request = { messages: rounds(3, 10) };
    const fitted = await fit(request, 10_000);
    expect(fitted.request).toBe(request);
    expect(fitted.compaction).toBeUndefined();
  });

  it('first by a lower limit for the answer, with the history as it was', async () => {
    const request = { messages: rounds(5, 150) };
    const input = countRequest(request, profileOf(1), COUNTER);
    const fitted = await fit(request, input + 250);
    expect(fitted.request).toEqual({ ...request, maxOutputTokens: 250 });
    expect(fitted.compaction).toBeUndefined();
  });

  it('then by its oldest results, each replaced by what it was, and with room for the next turns', async () => {
    const { request, compaction, inputTokens } = await fit({ messages: rounds(20, 200) }, 4_000);
    expect(request.messages).toHaveLength(42);
    expect(texts(request.messages)).toContain(
      '[Left out to fit the context window: the result of read, 1007 characters.]',
    );
    expect(texts(request.messages.slice(-1))).toContain('page 19: word');
    expect(compaction).toMatchObject({ leftOutMessages: 0, tokensAfter: inputTokens });
    expect(inputTokens).toBeLessThanOrEqual(2_800);
  });

  it('then by its oldest turns, for which one note stands that says what happened', async () => {
    const old = Array.from({ length: 40 }, (_, index) => [
      userMessage(`Question ${index}: ${words(30)}?`),
      assistantMessage(`Answer ${index}: ${words(60)}`),
    ]).flat();
    const messages = [systemMessage('Be brief.'), ...old, userMessage('And now?')];
    const { request, compaction } = await fit({ messages }, 3_000);
    const notes = request.messages.filter(isContextNote);
    expect(notes).toHaveLength(1);
    expect(texts(notes)).toMatch(/^\[\d+ earlier messages were left out to fit the context window\.\]\n- /);
    expect(texts(notes)).toContain(`${compaction?.leftOutMessages} earlier`);
    expect(request.messages[0]).toBe(messages[0]);
    expect(request.messages.at(-1)).toBe(messages.at(-1));
    expect(texts(request.messages)).toContain('Answer 39');
  });

  it('again with one note, which counts what the first one stood for', async () => {
    const turns = (from: number): CanonicalMessage[] =>
      Array.from({ length: 30 }, (_, index) => assistantMessage(`Step ${from + index}: ${words(80)}`));
    const first = await fit({ messages: [userMessage('Go on.'), ...turns(0)] }, 3_000);
    const second = await fit({ messages: [...first.request.messages, ...turns(30)] }, 3_000);
    const notes = second.request.messages.filter(isContextNote);
    const kept = second.request.messages.length - 1;
    expect(notes).toHaveLength(1);
    expect(texts(notes)).toContain(`[${61 - kept} earlier messages`);
    expect(texts(second.request.messages)).toContain('Go on.');
  });

  it('at last by the newest result, when that alone is too large', async () => {
    const { request } = await fit({ messages: rounds(1, 50_000) }, 4_000);
    expect(texts(request.messages.slice(-1))).toMatch(
      /^\[Left out to fit the context window: the result of read, 2500\d\d characters\.\]$/,
    );
  });

  it('with the summary of whoever can write a better one, cut where it is too long', async () => {
    const messages = [userMessage('Go on.'), ...Array.from({ length: 60 }, () => assistantMessage(words(80)))];
    const seen: number[] = [];
    const { request } = await fit({ messages }, 3_000, {
      summarise: async (leftOut, maxTokens) => {
        seen.push(leftOut.length, maxTokens);
        return `All went well.\n${`${words(20)}\n`.repeat(200)}The end.`;
      },
    });
    expect(texts(request.messages)).toContain('The end.');
    expect(countRequest(request, profileOf(3_000), COUNTER)).toBeLessThanOrEqual(2_100);
    expect(seen[0]).toBeGreaterThan(10);
  });

  it('never by what has to stay: the error says what is the smallest, and what to do', async () => {
    const tools = [{ name: 'read', description: words(100), inputSchema: { type: 'object' } }];
    const failed = fit({ messages: [systemMessage(words(500)), userMessage(words(900))], tools }, 1_000);
    await expect(failed).rejects.toBeInstanceOf(ModelError);
    await expect(failed).rejects.toMatchObject({
      kind: 'overflow',
      code: 'model.overflow.unfittable',
      retryable: false,
      limits: { window: 1_000 },
      message: expect.stringMatching(
        /takes \d{4} tokens \(instructions \d{3}, tools \d{3}, .*room for 875 beside 125 .*a window of at least \d{4} tokens/,
      ),
    });
  });

  it('whatever the history is: it fits, what must stay stays, no call loses its result, and nothing given is changed', async () => {
    await fc.assert(
      fc.asyncProperty(anyHistory, fc.integer({ min: 200, max: 6_000 }), async (messages, window) => {
        const before = structuredClone(messages);
        const profile = profileOf(window);
        const fitted = await fit({ messages }, window).catch((error: unknown) => {
          if (ModelError.is(error) && error.code === 'model.overflow.unfittable') return undefined;
          throw error;
        });
        expect(messages).toEqual(before);
        if (fitted === undefined) return;
        const { request } = fitted;
        expect(countRequest(request, profile, COUNTER) + outputLimit(request, profile)).toBeLessThanOrEqual(window);
        const systems = (list: readonly CanonicalMessage[]) => list.filter((message) => message.role === 'system');
        expect(systems(request.messages)).toEqual(systems(messages));
        expect(lastUsers(request.messages)).toBe(lastUsers(messages));
        expect(unanswered(request.messages)).toBeLessThanOrEqual(unanswered(messages));
        expect(orphans(request.messages)).toBeLessThanOrEqual(orphans(messages));
        const again = await fit(request, window);
        expect(again.request.messages).toBe(request.messages);
        expect(again.compaction).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });

  it('so that every call has its result and every result its call, wherever it is cut', async () => {
    let compacted = 0;
    await fc.assert(
      fc.asyncProperty(orderlyHistory, fc.integer({ min: 400, max: 3_000 }), async (messages, window) => {
        const fitted = await fit({ messages }, window).catch(() => undefined);
        if (fitted === undefined) return;
        if ((fitted.compaction?.leftOutMessages ?? 0) > 0) compacted += 1;
        expect(unanswered(fitted.request.messages)).toBe(0);
        expect(orphans(fitted.request.messages)).toBe(0);
      }),
      { numRuns: 300 },
    );
    expect(compacted).toBeGreaterThan(30);
  });

  it('where what has to stay fits, whatever else there is', async () => {
    await fc.assert(
      fc.asyncProperty(anyHistory, async (messages) => {
        const small = messages.filter((message) => message.role !== 'system');
        const { compaction, inputTokens } = await fit(
          { messages: [...small, assistantMessage('Well.'), userMessage('So?')] },
          1_000,
        );
        if (compaction !== undefined) expect(inputTokens).toBeLessThanOrEqual(875);
      }),
    );
  });

  it('with calls that are still open', async () => {
    const open: CanonicalMessage = {
      role: 'assistant',
      parts: [{ type: 'tool_call', id: 'open', name: 'read', arguments: {} }],
    };
    const { request } = await fit({ messages: [...rounds(30, 100), userMessage('more'), open] }, 1_500);
    expect(request.messages.at(-1)).toBe(open);
  });

  it('in a time that grows as the history does, not faster', async () => {
    const looked: number[] = [];
    for (const length of [500, 5_000]) {
      let count = 0;
      const counter = {
        ...COUNTER,
        tokenizer: 'o200k_base' as const,
        text: (text: string) => ((count += 1), text.length / 4),
      };
      await fitRequest({ messages: rounds(length, 20) }, profileOf(3_000), counter);
      looked.push(count / length);
    }
    expect(looked[1]).toBeLessThan((looked[0] ?? 0) * 1.5);
  });
});
