import { describe, expect, it } from '@jest/globals';
import { said } from '../tool-context.fixture.js';
import { textDiff } from './text-diff.js';

const lines = (count: number, mark: string) => Array.from({ length: count }, (_, n) => `${mark}${n}`).join('\n');

describe('text_diff', () => {
  it('shows what has changed, with the lines around it', async () => {
    const patch = await said(textDiff, { before: 'a\nb\nc\nd\n', after: 'a\nB\nc\nd\n', context: 1 });
    expect(patch).toBe('--- before\n+++ after\n@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n');
  });

  it('says that texts are the same, and sees the end of a line', async () => {
    expect(await said(textDiff, { before: 'x', after: 'x' })).toBe('The texts are the same.');
    expect(await said(textDiff, { before: 'x', after: 'x\n' })).toContain('No newline at end of file');
  });

  it('gives up on texts that have nothing in common, before the host is held up', async () => {
    const outcome = await said(textDiff, { before: lines(25_000, 'a'), after: lines(25_000, 'b') }).catch(
      (error: unknown) => (error as { code: string }).code,
    );
    expect(outcome === 'tool.timeout' || outcome.startsWith('---')).toBe(true);
  });
});
