import { describe, expect, it } from '@jest/globals';
import { failuresOf } from './failures.js';

describe('what failed', () => {
  it('is told part by part, each with the reason at its bottom', async () => {
    const refused = new AggregateError([new Error('no receiver'), new Error('no server')], 'not in good order');
    const parts = [new Error('the services did not stop cleanly', { cause: refused }), new Error('NATS is stuck')];
    const failures = await failuresOf(Promise.reject(new AggregateError(parts, 'both')));
    expect(failures.map(({ message }) => message)).toEqual([
      'the services did not stop cleanly: no receiver; no server',
      'NATS is stuck',
    ]);
  });

  it('is one part where the error has none, and none where nothing failed', async () => {
    expect((await failuresOf(Promise.reject(new Error('late')))).map(({ message }) => message)).toEqual(['late']);
    expect(await failuresOf(Promise.resolve())).toEqual([]);
  });
});
