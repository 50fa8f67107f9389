import { describe, expect, it } from '@jest/globals';
import type { ContextTool, ModelContext } from './model-context.js';
import { offerTool, type WebTool } from './offer-tool.js';
import type { JsonSchema } from '../schema/json-schema.js';

/** A document's interface that shows what was registered. */
class Registered implements ModelContext {
  readonly tools = new Map<string, ContextTool>();
  exposedTo: readonly string[] = [];
  registerTool(
    tool: ContextTool,
    { signal, exposedTo = [] }: { signal?: AbortSignal; exposedTo?: readonly string[] } = {},
  ) {
    this.tools.set(tool.name, tool);
    this.exposedTo = exposedTo;
    signal?.addEventListener('abort', () => this.tools.delete(tool.name));
  }
  call(name: string, input: unknown, signal?: AbortSignal): unknown {
    return this.tools.get(name)?.execute(input, signal ? { signal } : {});
  }
}

const CITY = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] } as const;
const offered = <const Schema extends JsonSchema>(tool: Partial<WebTool<Schema>>) => {
  const context = new Registered();
  const whole = { name: 'room', description: 'Finds a room', execute: () => 'ok', ...tool } as WebTool<Schema>;
  const offer = offerTool(whole, { context, exposedTo: ['https://a.test'] });
  return { context, offer };
};

describe('a tool that a page offers', () => {
  it('runs with arguments that fit its schema, and with no others', async () => {
    const seen: string[] = [];
    const { context } = offered({ inputSchema: CITY, execute: ({ city }) => void seen.push(city) });
    expect(await context.call('room', { city: 'Oslo' })).toEqual({ done: true });
    expect(await context.call('room', { city: 7 })).toEqual({
      isError: true,
      content: [{ type: 'text', text: 'The arguments do not fit: /city must be string. Correct them and call again.' }],
    });
    expect(seen).toEqual(['Oslo']);
  });

  it('answers compact JSON, and errors in words', async () => {
    const of = async (execute: () => unknown, maxAnswerBytes = 1_000) =>
      offered({ execute, maxAnswerBytes }).context.call('room', {});
    expect(await of(() => ({ a: 1, b: null, c: '', d: undefined, e: [null, 0, false] }))).toEqual({
      a: 1,
      e: [null, 0, false],
    });
    expect(await of(() => 'plain')).toBe('plain');
    expect(await of(() => Promise.reject(new Error('no rooms')))).toMatchObject({
      isError: true,
      content: [{ text: 'no rooms' }],
    });
    expect(await of(() => 1n)).toMatchObject({ isError: true });
    expect(await of(() => 'x'.repeat(1_001))).toMatchObject({
      isError: true,
      content: [{ text: /1001 bytes is more/ }],
    });
  });

  it('asks the person at the page first, and is not done where they refuse', async () => {
    let done = 0;
    const { context } = offered({ inputSchema: CITY, confirm: ({ city }) => city === 'Oslo', execute: () => ++done });
    expect(await context.call('room', { city: 'Rome' })).toMatchObject({
      isError: true,
      content: [{ text: /refused/ }],
    });
    expect(done).toBe(0);
    expect(await context.call('room', { city: 'Oslo' })).toBe(1);
  });

  it('hears that it is given up, and is withdrawn', async () => {
    const signals: AbortSignal[] = [];
    const { context, offer } = offered({ execute: (_, { signal }) => void signals.push(signal) });
    const call = new AbortController();
    await context.call('room', {}, call.signal);
    call.abort();
    expect(signals[0]?.aborted).toBe(true);
    expect(context.exposedTo).toEqual(['https://a.test']);
    offer.withdraw();
    expect(context.tools.size).toBe(0);
  });

  it('says what it does to the world', () => {
    const { context } = offered({ consequentialHint: true, readOnlyHint: false });
    expect(context.tools.get('room')?.annotations).toEqual({ consequentialHint: true, readOnlyHint: false });
  });

  it('is not offered where nobody asks, and cannot be offered where it is none', () => {
    expect(offerTool({ name: 'room', description: 'x', execute: () => 1 }).offered).toBe(false);
    expect(() => offered({ name: 'a b' })).toThrow(/no name/);
    expect(() => offered({ inputSchema: { type: 'array' } })).toThrow(/type "object"/);
    expect(() => offered({ inputSchema: { type: 'object', $ref: '#' } as JsonSchema })).toThrow(/not checked/);
  });
});
