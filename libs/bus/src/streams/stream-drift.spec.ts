import { describe, expect, it } from '@jest/globals';
import { Subjects } from '../subjects.js';
import { streamDrift } from './stream-drift.js';
import { streamSpecs, type StreamSpec } from './stream-specs.js';

const [spec = { name: '', subjects: [] } satisfies StreamSpec] = streamSpecs(new Subjects(), {
  version: '2.15.1',
  replicas: 1,
});

describe('stream drift', () => {
  it('is none where all that is wanted is there, whatever else is', () => {
    expect(streamDrift(spec, { ...spec, max_bytes: -1, sealed: false })).toEqual({ changeable: [], fixed: [] });
  });

  it('tells what can be put right from what cannot', () => {
    const actual = { ...spec, max_msgs: 5, storage: 'memory' as const };
    expect(streamDrift(spec, actual)).toEqual({
      changeable: [{ field: 'max_msgs', wanted: 1_000_000, actual: 5 }],
      fixed: [{ field: 'storage', wanted: 'file', actual: 'memory' }],
    });
  });
});
