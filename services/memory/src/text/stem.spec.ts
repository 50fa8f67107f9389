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
    ['deploy', 'deploys', 'deployed', 'deploying', 'deployment', 'deployments'],
    ['require', 'requirement'],
    ['color', 'colour', 'colours', 'coloured', 'coloring'],
    ['favorite', 'favourite', 'favourites'],
    ['behavior', 'behaviour'],
    ['organize', 'organise', 'organised', 'organizing'],
    ['organization', 'organisation'],
    ['recognize', 'recognised'],
    ['analyze', 'analyse', 'analysed'],
    ['center', 'centre', 'centres', 'centred', 'centered'],
  ])('brings the forms of "%s" together', (...forms) => {
    expect(new Set(forms.map(stem)).size).toBe(1);
  });

  it.each(['need', 'bring', 'bus', 'this', 'gas', 'red', 'king'])('leaves "%s" alone', (word) => {
    expect(stem(word)).toBe(word);
  });

  it.each([
    ['apart', 'apartment'],
    ['depart', 'department'],
    ['or', 'our'],
    ['for', 'four'],
    ['com', 'comment'],
    ['wiz', 'wise'],
  ])('keeps "%s" and "%s" apart', (one, other) => {
    expect(stem(one)).not.toBe(stem(other));
  });

  it('leaves other scripts and mixtures alone', () => {
    expect(['кошками', 'v2s', 'größes'].map(stem)).toEqual(['кошками', 'v2s', 'größes']);
  });
});
