import { describe, expect, it } from '@jest/globals';
import { validateArguments } from '../calls/argument-validator.js';
import { assistantMessage, toolResultMessage, userMessage } from '../messages/message-helpers.js';
import type { CanonicalMessage } from '../messages/message.js';
import { PROFILE_SCHEMA } from '../profile/profile-schema.js';
import { defineProfile } from '../profile/profile.js';
import { countMessage, countRequest } from './count-request.js';
import { estimateText } from './estimate-text.js';
import { loadTokenizer } from './exact-text.js';
import { calibrate, estimatingCounter, tokenCounter } from './token-counter.js';
import { TOKENIZER_NAMES } from './tokenizer-names.js';

const PROFILE = defineProfile({ api: 'openai-chat' });
const ESTIMATE = estimatingCounter(PROFILE);

/** Texts as they stand in conversations of agents. */
const TEXTS: [string, string][] = [
  [
    'English prose',
    'The committee met on Tuesday to discuss whether the new proposal would be acceptable. Although several members had reservations, most of them agreed that it deserved a thorough examination before any decision was made.',
  ],
  [
    'German prose',
    'Die Geschwindigkeitsbegrenzung auf der Autobahn wurde nach längerer Diskussion aufgehoben, obwohl die Mehrheit der Befragten sich dagegen ausgesprochen hatte.',
  ],
  [
    'TypeScript',
    'export async function readAll(stream: ReadableStream<Uint8Array>): Promise<string> {\n  const decoder = new TextDecoder();\n  let text = "";\n  for await (const chunk of stream) text += decoder.decode(chunk, { stream: true });\n  return text + decoder.decode();\n}\n',
  ],
  [
    'Python',
    'def fib(n: int) -> int:\n    a, b = 0, 1\n    for _ in range(n):\n        a, b = b, a + b\n    return a\n\nprint([fib(i) for i in range(10)])\n',
  ],
  ['JSON', JSON.stringify({ id: 81_223, items: [{ sku: 'A-17', price: 19.99, tags: ['new', 'sale'] }], ok: true })],
  ['digits', '3141592653589793238462643383279502884197169399375105820974944592'],
  ['Chinese', '人工智能正在改变我们的生活方式,许多公司已经开始使用大型语言模型来处理日常工作。'],
  ['Japanese', '東京は日本の首都であり、世界で最も人口の多い都市圏の一つです。'],
  ['Korean', '인공지능은 우리의 생활 방식을 바꾸고 있으며 많은 회사가 이미 사용하고 있습니다.'],
  ['Russian', 'Искусственный интеллект меняет нашу жизнь, и многие компании уже используют его.'],
  ['Arabic', 'يغير الذكاء الاصطناعي طريقة حياتنا وتستخدمه شركات كثيرة بالفعل.'],
  ['Hindi', 'कृत्रिम बुद्धिमत्ता हमारे जीवन को बदल रही है।'],
  ['emoji', '🎉🚀🔥 👩‍💻 done ✅'],
  ['capitals', 'SELECT NAME, ADDRESS FROM CUSTOMERS WHERE COUNTRY = NULL ORDER BY CREATED_AT'],
  ['base64', Buffer.from(Array.from({ length: 300 }, (_, index) => (index * 7_919) % 251)).toString('base64')],
  ['deep indentation', '{\n                    "a": 1,\n                    "b": 2\n                }\n'],
];

describe('an estimate', () => {
  it.each(TEXTS)('of %s is not below the count of a current vocabulary, nor three times it', async (_name, text) => {
    const exact = (await loadTokenizer('o200k_base'))(text);
    expect(estimateText(text)).toBeGreaterThanOrEqual(exact);
    expect(estimateText(text)).toBeLessThanOrEqual(exact * 3.1);
  });

  const AGENTS_TEXTS = TEXTS.filter(([name]) => /English|TypeScript|Python|JSON|digits|base64/.test(name));
  it.each(AGENTS_TEXTS)('of %s holds for an older vocabulary as well', async (_name, text) => {
    expect(estimateText(text)).toBeGreaterThanOrEqual((await loadTokenizer('cl100k_base'))(text));
  });

  it('of nothing is nothing, and follows the profile for the rest', () => {
    expect(estimateText('')).toBe(0);
    const dense = defineProfile({ api: 'openai-chat', tokens: { charactersPerToken: 2 } });
    const message = userMessage('word '.repeat(1_000));
    expect(countMessage(message, dense, estimatingCounter(dense))).toBeCloseTo(
      2 * countMessage(message, PROFILE, ESTIMATE),
      -1,
    );
  });
});

describe('a tokenizer', () => {
  it('counts exactly, takes what looks like a special token as text, and is loaded once', async () => {
    const count = await loadTokenizer('o200k_base');
    expect(count('hello world')).toBe(2);
    expect(count('<|endoftext|>')).toBeGreaterThan(1);
    expect(loadTokenizer('o200k_base')).toBe(loadTokenizer('o200k_base'));
  });

  it('counts a long text as its parts, wherever it is cut between words', async () => {
    const count = await loadTokenizer('o200k_base');
    const sentence = ' The quick brown fox jumps over the lazy dog.';
    expect(count(sentence.repeat(500))).toBe(500 * count(sentence));
  });

  it('is one of the names that a profile may hold, and no other', () => {
    const fits = (tokenizer: string): boolean => validateArguments(PROFILE_SCHEMA, { tokens: { tokenizer } }).ok;
    for (const name of TOKENIZER_NAMES) expect(fits(name)).toBe(true);
    expect(fits('llama')).toBe(false);
  });

  it('that is not known here is the estimate', async () => {
    const profile = defineProfile({ api: 'openai-chat', tokens: { tokenizer: 'of a newer library' } });
    expect((await tokenCounter(profile)).tokenizer).toBe('estimate');
  });
});

describe('a request', () => {
  it('counts its messages, calls, results, images and tools', () => {
    const vision = defineProfile({ api: 'openai-chat', capabilities: { vision: true } });
    const count = (messages: CanonicalMessage[], more = {}): number =>
      countRequest({ messages, ...more }, vision, ESTIMATE);
    const base = count([userMessage('hello there')]);
    expect(base).toBeGreaterThan(3);
    expect(count([userMessage('hello there'), assistantMessage('hi')])).toBeGreaterThan(base);
    const call = { type: 'tool_call' as const, id: 'a', name: 'read', arguments: { path: 'a/long/path/to.txt' } };
    const asked = count([userMessage('hello there'), { role: 'assistant', parts: [call] }]);
    expect(asked).toBeGreaterThan(base + 10);
    const text = 'a result of some words '.repeat(100);
    expect(
      count([userMessage('hello there'), { role: 'assistant', parts: [call] }, toolResultMessage(call, text)]),
    ).toBeGreaterThan(asked + 500);
    const tool = { name: 'read', description: 'Reads a file.', inputSchema: { type: 'object' } };
    expect(count([userMessage('hello there')], { tools: [tool] })).toBeGreaterThan(base + 20);
  });

  it('counts an image flat where the endpoint sees it, and as its placeholder where it does not', () => {
    const image: CanonicalMessage = { role: 'user', parts: [{ type: 'image', mediaType: 'image/png', data: 'iVBO' }] };
    const seeing = (api: 'anthropic' | 'gemini') => defineProfile({ api, capabilities: { vision: true } });
    expect(countMessage(image, seeing('anthropic'), ESTIMATE)).toBeGreaterThanOrEqual(1_600);
    expect(countMessage(image, seeing('gemini'), ESTIMATE)).toBeGreaterThanOrEqual(1_120);
    expect(countMessage(image, PROFILE, ESTIMATE)).toBeLessThan(50);
  });

  it('counts reasoning only where it is sent back', () => {
    const thought: CanonicalMessage = {
      role: 'assistant',
      parts: [{ type: 'reasoning', text: 'I think. '.repeat(500), signer: 'anthropic', signature: 'x'.repeat(400) }],
    };
    expect(countMessage(thought, PROFILE, ESTIMATE)).toBeLessThan(20);
    expect(countMessage(thought, defineProfile({ api: 'anthropic' }), ESTIMATE)).toBeGreaterThan(1_000);
  });
});

describe('calibration', () => {
  const told = (countedTokens: number, reportedInputTokens: number): number =>
    calibrate(ESTIMATE, { countedTokens, reportedInputTokens }).factor;

  it('follows a report above the count at once, one below it slowly', () => {
    expect(told(1_000, 1_500)).toBeCloseTo(1.5);
    expect(told(1_000, 600)).toBeCloseTo(0.92);
    expect(told(1_000, 1_000)).toBe(1);
  });

  it('stays within its bounds, and learns nothing from short, cut or missing reports', () => {
    expect(told(1_000, 1_000_000)).toBe(4);
    let counter = ESTIMATE;
    for (let turn = 0; turn < 100; turn += 1)
      counter = calibrate(counter, { countedTokens: 1_000, reportedInputTokens: 500 });
    expect(counter.factor).toBe(0.5);
    expect(told(100, 300)).toBe(1);
    expect(told(10_000, 1_000)).toBe(1);
    expect(told(10_000, 0)).toBe(1);
    expect(told(Number.NaN, 10)).toBe(1);
  });
});
