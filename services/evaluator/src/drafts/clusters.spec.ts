import { describe, expect, it } from '@jest/globals';
import { clusterNames } from './clusters.js';

const first = [
  { runId: 'run_1', thread: 'ann', user: '' },
  { runId: 'run_2', thread: '', user: 'ann' },
  { runId: 'run_3', thread: 'a\nb', user: '' },
  { runId: 'run_4', thread: '', user: 'u'.repeat(129) },
];

describe('clusters of recorded runs', () => {
  it('are named after their first run, and a thread and a user of one name are two', () => {
    const nameOf = clusterNames(first, false);
    expect(nameOf({ thread: 'ann', user: 'bob' })).toBe('thread of run_1');
    expect(nameOf({ thread: '', user: 'ann' })).toBe('user of run_2');
    expect(nameOf({ thread: '', user: '' })).toBeUndefined();
  });

  it('are named as they are called where nothing is redacted and a suite takes the name', () => {
    const nameOf = clusterNames(first, true);
    expect(nameOf({ thread: 'ann', user: 'bob' })).toBe('ann');
    expect(nameOf({ thread: 'a\nb', user: '' })).toBe('thread of run_3');
    expect(nameOf({ thread: '', user: 'u'.repeat(129) })).toBe('user of run_4');
  });
});
