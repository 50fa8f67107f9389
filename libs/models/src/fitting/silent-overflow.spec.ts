import { describe, expect, it } from '@jest/globals';
import { completeModel } from '../client/call-model.js';
import { TestEndpoint } from '../client/test-endpoint.fixture.js';
import { assistantMessage, systemMessage, userMessage } from '../messages/message-helpers.js';
import type { ProfileInit } from '../profile/profile.js';
import { chunk, sse } from '../wire/reading.fixture.js';

const MESSAGES = [
  systemMessage('Be brief.'),
  userMessage('word '.repeat(2_000)),
  assistantMessage('Yes.'),
  userMessage('So?'),
];

/** What comes of an answer with this usage: the text, or the code of the error. */
async function outcome(profile: Partial<ProfileInit>, events: object[], messages = MESSAGES): Promise<string> {
  const endpoint = await TestEndpoint.start();
  try {
    endpoint.stream(sse([...events, '[DONE]']));
    const response = await completeModel(endpoint.backend({ contextWindow: 1_500, ...profile }), { messages });
    return response.message.parts.map((part) => ('text' in part ? part.text : '')).join('');
  } catch (error) {
    if (error instanceof Error && 'code' in error) return String(error.code);
    throw error;
  } finally {
    await endpoint.close();
  }
}

const said = (prompt: number | undefined, completion = 3, text = 'Done.', finish = 'stop'): object[] => [
  chunk({ content: text }),
  chunk({}, finish),
  ...(prompt === undefined ? [] : [{ choices: [], usage: { prompt_tokens: prompt, completion_tokens: completion } }]),
];

describe('an overflow that nobody told', () => {
  it('is seen where an endpoint accepts everything, by what it counted (Z.ai)', async () => {
    expect(await outcome({ overflow: 'accepts' }, said(2_013))).toBe('model.overflow.silent');
    expect(await outcome({ overflow: 'accepts' }, said(1_500))).toBe('Done.');
  });

  it('is seen where an endpoint cuts the prompt, by how little it read (Ollama)', async () => {
    expect(await outcome({ overflow: 'truncates' }, said(900))).toBe('model.overflow.silent');
    expect(await outcome({ overflow: 'truncates' }, said(2_013))).toBe('Done.');
  });

  it('is seen at any endpoint that had no room to write anything (Xiaomi MiMo)', async () => {
    expect(await outcome({}, said(1_500, 0, '', 'length'))).toBe('model.overflow.silent');
    expect(await outcome({}, said(1_400, 12, 'Do', 'length'))).toBe('Do');
  });

  it('is seen by the word for it where nothing was written', async () => {
    expect(await outcome({}, said(undefined, 0, '', 'model_context_window_exceeded'))).toBe('model.overflow.silent');
  });

  it('is not believed of an endpoint that says its errors, whose window the profile may not know', async () => {
    expect(await outcome({}, said(2_013))).toBe('Done.');
    expect(await outcome({}, said(9))).toBe('Done.');
  });

  it('is not believed where nothing was counted, or hardly anything was sent', async () => {
    expect(await outcome({ overflow: 'truncates' }, said(undefined))).toBe('Done.');
    expect(await outcome({ overflow: 'accepts' }, said(undefined))).toBe('Done.');
    expect(await outcome({ overflow: 'truncates' }, said(2), [userMessage('word '.repeat(50))])).toBe('Done.');
  });

  it.each([
    ['white space', ' '.repeat(50_000)],
    ['a rule', '='.repeat(50_000)],
    ['padding', `${'\t'.repeat(80)}x\n`.repeat(500)],
  ])('is not believed of %s, of which one token holds much', async (_name, text) => {
    expect(await outcome({ overflow: 'truncates' }, said(700), [userMessage(text)])).toBe('Done.');
  });
});
