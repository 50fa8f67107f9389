import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { changeOf, type BackendState, type Seen } from './backend-state.js';

const START = Date.parse('2026-11-01T00:00:00Z');
const seen = (minutes: number, parts: Partial<Seen> = {}): Seen => ({
  ...{ profileVersion: 'p', model: 'm', configured: 'm', runId: 'run_1', at: new Date(START + minutes * 60_000) },
  ...parts,
});
const state = (minutes: number, parts: Partial<BackendState> = {}): BackendState => ({
  ...seen(minutes),
  ...{ previousProfileVersion: '', previousModel: '' },
  ...parts,
});

describe('a backend', () => {
  it('that answers as another model was changed by its provider', () => {
    expect(changeOf(state(0), seen(1, { model: 'm-2' }))).toEqual({ kind: 'model', before: 'm', after: 'm-2' });
  });

  it('whose profile or model was set anew was changed here', () => {
    expect(changeOf(state(0), seen(1, { profileVersion: 'q' }))).toMatchObject({ kind: 'profile' });
    expect(changeOf(state(0), seen(1, { model: 'n', configured: 'n' }))).toMatchObject({ kind: 'profile' });
    expect(changeOf(state(0), seen(1, { model: 'n', configured: '' }))).toMatchObject({ kind: 'model' });
  });

  it('has not changed by what is older, nor back by what overlaps', () => {
    expect(changeOf(state(5), seen(4, { model: 'old' }))).toBeUndefined();
    const changed = state(5, { model: 'm-2', previousProfileVersion: 'p', previousModel: 'm' });
    expect(changeOf(changed, seen(5.5))).toBeUndefined();
    expect(changeOf(changed, seen(7))).toMatchObject({ kind: 'model', before: 'm-2', after: 'm' });
  });

  it('that answers the same has not changed, whatever the time and the run', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e6, max: 1e6 }), fc.string(), (minutes, runId) => {
        expect(changeOf(state(0), seen(minutes, { runId, configured: '' }))).toBeUndefined();
      }),
    );
  });
});
