import { describe, expect, it } from '@jest/globals';
import { threadHolder } from './thread-holder.js';

const handovers = (...pairs: string[]) => pairs.map((pair) => ({ from: pair.charAt(0), to: pair.charAt(1) }));

describe('who has a thread', () => {
  it('is the agent asked, unless it handed over, and then whoever took over last', () => {
    expect(threadHolder('a', [])).toBe('a');
    expect(threadHolder('a', handovers('ab'))).toBe('b');
    expect(threadHolder('a', handovers('ab', 'bc'))).toBe('c');
    expect(threadHolder('x', handovers('ab', 'bc'))).toBe('x');
  });

  it('is the first one again once it was handed back, and the other one after that', () => {
    expect(threadHolder('a', handovers('ab', 'ba'))).toBe('a');
    expect(threadHolder('b', handovers('ab', 'ba'))).toBe('a');
    expect(threadHolder('a', handovers('ab', 'ba', 'ac'))).toBe('c');
  });
});
