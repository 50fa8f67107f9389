import { describe, expect, it } from '@jest/globals';
import { learntOutcome, type RunToLearn } from './learnt-outcome.js';

const run: RunToLearn = {
  ...{ runId: 'run_1', backend: 'sim', taskClass: 'letters', status: 'completed', errorCode: '' },
  ...{ costUsd: 0.5, durationMs: 900, rating: undefined, score: undefined, explored: false, late: false },
};

describe('what is learnt of a run', () => {
  it('is its success, its cost and how long it took', () => {
    const about = { backend: 'sim', taskClass: 'letters', cost: 0.5, explored: false };
    expect(learntOutcome(run)).toEqual({ ...about, quality: 1, latencyMs: 900, failed: false });
    expect(learntOutcome({ ...run, status: 'failed', errorCode: 'model.overloaded' })).toEqual({
      ...{ ...about, quality: 0, failed: true },
    });
    expect(learntOutcome({ ...run, status: 'failed', errorCode: 'run.limit_reached' })).toMatchObject({
      ...{ quality: 0, failed: false },
    });
  });

  it('is what people and scorers said, where they did', () => {
    expect(learntOutcome({ ...run, rating: 0.2 })).toMatchObject({ quality: 0.2 });
    expect(learntOutcome({ ...run, rating: 0.2, score: 0.8 })).toMatchObject({ quality: 0.5 });
    expect(learntOutcome({ ...run, status: 'failed', rating: 0.75 })).toMatchObject({ quality: 0.75 });
  });

  it('is only the cost where it was cancelled', () => {
    const told = learntOutcome({ ...run, status: 'cancelled' });
    expect(told).toEqual({ backend: 'sim', taskClass: 'letters', cost: 0.5, explored: false });
  });

  it('is only what people say where they say it late, and nothing where they took it back', () => {
    expect(learntOutcome({ ...run, late: true, rating: 0.1, score: 1 })).toEqual({
      ...{ backend: 'sim', taskClass: 'letters', quality: 0.1, late: true },
    });
    expect(learntOutcome({ ...run, late: true })).toBeUndefined();
  });

  it('is nothing where no backend was asked, and of no class where its name is endless', () => {
    expect(learntOutcome({ ...run, backend: '' })).toBeUndefined();
    expect(learntOutcome({ ...run, taskClass: 'x'.repeat(129) })).toMatchObject({ taskClass: '' });
  });
});
