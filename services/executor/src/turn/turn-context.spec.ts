import { describe, expect, it } from '@jest/globals';
import {
  assistantMessage,
  defineProfile,
  estimatingCounter,
  ModelError,
  userMessage,
  type Backend,
  type ModelRequest,
  type OverflowLimits,
} from '@switchyard/models';
import { TurnContext, type Learnt } from './turn-context.js';

const profile = defineProfile({ api: 'openai-chat', contextWindow: 20_000, maxOutputTokens: 4_000 });
const BACKEND: Backend = { name: 'b', baseUrl: 'http://127.0.0.1:1', api: 'openai-chat', model: 'm', profile };
const HISTORY = Array.from({ length: 100 }, (_, index) => assistantMessage(`Step ${index}: ${'word '.repeat(90)}`));
const REQUEST: ModelRequest = { messages: [userMessage('Go on.'), ...HISTORY] };

function learnt(): Learnt {
  return { counter: estimatingCounter(profile), window: profile.contextWindow };
}

function overflow(limits?: OverflowLimits, code = 'model.overflow'): ModelError {
  return new ModelError({ kind: 'overflow', code, message: 'too long', limits });
}

const sizeOf = (context: TurnContext): number => JSON.stringify(context.request.messages).length;

describe('the context of a turn, after an overflow', () => {
  it('keeps its history where only the answer was too long (A + B > C)', async () => {
    const known = learnt();
    const context = await TurnContext.open(REQUEST, BACKEND, known);
    expect(context.request.maxOutputTokens).toBeUndefined();
    expect(await context.shrink(overflow({ window: 14_500, input: 11_000, output: 4_000 }))).toBe(true);
    expect(context.request.messages).toBe(REQUEST.messages);
    expect(context.request.maxOutputTokens).toBeLessThan(4_000);
    expect(context.compacted(0)).toBeUndefined();
    expect(known.window).toBe(14_500);
  });

  it('becomes smaller with every refusal, three times at most, and says then that it cannot', async () => {
    const context = await TurnContext.open(REQUEST, BACKEND, learnt());
    const sizes = [sizeOf(context)];
    for (let refusal = 0; refusal < 3; refusal += 1) {
      expect(await context.shrink(overflow())).toBe(true);
      sizes.push(sizeOf(context));
    }
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    expect(new Set(sizes).size).toBe(4);
    expect(await context.shrink(overflow())).toBe(false);
    expect(context.compacted(0)).toMatchObject({ messages: context.request.messages });
  });

  it('goes at once to what the endpoint says that it serves, in the endpoint’s own tokens', async () => {
    const known = learnt();
    const context = await TurnContext.open(REQUEST, BACKEND, known);
    // It counts half as much again as was counted here.
    expect(await context.shrink(overflow({ window: 4_000, input: 18_000 }))).toBe(true);
    expect(known.window).toBe(4_000);
    expect(sizeOf(context)).toBeLessThan((sizeOf(await TurnContext.open(REQUEST, BACKEND, learnt())) * 4_000) / 18_000);
  });

  it('believes no window that is larger than the profile’s, or absurd, or read from a prompt that was cut', async () => {
    for (const error of [
      overflow({ window: 1_000_000 }),
      overflow({ window: 1 }),
      overflow({ window: 5_000 }, 'model.overflow.silent'),
    ]) {
      const known = learnt();
      await (await TurnContext.open(REQUEST, BACKEND, known)).shrink(error);
      expect(known.window).toBe(20_000);
    }
  });

  it('stays as it is after any other failure, and where there is nothing to leave out', async () => {
    const context = await TurnContext.open(REQUEST, BACKEND, learnt());
    const { request } = context;
    expect(await context.shrink(new ModelError({ kind: 'timeout', message: 'slow' }))).toBe(false);
    expect(await context.shrink(new Error('a defect'))).toBe(false);
    expect(context.request).toBe(request);
    const single = await TurnContext.open({ messages: [userMessage('Hi')] }, BACKEND, learnt());
    expect(await single.shrink(overflow({ window: 20_000, input: 20_001 }))).toBe(false);
  });
});
