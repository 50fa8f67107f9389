import { describe, expect, it } from '@jest/globals';
import { contextNeed } from './context-need.js';

describe('the context that a task needs', () => {
  it('grows with what the agent is told and what it is asked, and has room for an answer', () => {
    const short = contextNeed({ instructions: 'Help.' }, 'hello');
    expect(short).toBeGreaterThan(1_000);
    expect(contextNeed({ instructions: 'x'.repeat(30_000) }, 'hello')).toBeGreaterThan(short + 9_000);
    expect(contextNeed({ instructions: 'Help.' }, { text: 'ä'.repeat(3_000) })).toBeGreaterThan(short + 1_900);
  });

  it('is not that of images, which are no text', () => {
    const image = { parts: [{ url: `data:image/png;base64,${'A'.repeat(1_000_000)}` }] };
    expect(contextNeed({ instructions: '' }, image)).toBeLessThan(1_100);
    expect(contextNeed({ instructions: '' }, null)).toBeLessThan(1_100);
  });
});
