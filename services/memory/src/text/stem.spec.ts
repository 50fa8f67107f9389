import { describe, expect, it } from '@jest/globals';
import { stem } from './stem.js';

describe('stem', () => {
  it.each([
    ['like', 'likes', 'liked', 'liking'],
    ['prefer', 'prefers', 'preferred', 'preferring'],
    ['run', 'runs', 'running'],
    ['city', 'cities'],
    ['class', 'classes'],
    ['call', 'calls', 'called', 'calling'],
    ['deploy', 'deploys', 'deployed'],
  ])('brings the forms of "%s" together', (...forms) => {
    expect(new Set(forms.map(stem)).size).toBe(1);
  });

  it.each(['need', 'bring', 'bus', 'this', 'gas', 'red', 'king'])('leaves "%s" alone', (word) => {
    expect(stem(word)).toBe(word);
  });

  it('leaves other scripts and mixtures alone', () => {
    expect(['кошками', 'v2s', 'größes'].map(stem)).toEqual(['кошками', 'v2s', 'größes']);
  });
});
