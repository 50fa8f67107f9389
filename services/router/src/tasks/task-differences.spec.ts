import { describe, expect, it } from '@jest/globals';
import { create, TaskRequestSchema, toValue } from '@switchyard/contracts';
import { taskDifferences } from './task-differences.js';

describe('what differs between two tasks of one key', () => {
  const known = { agent: 'a', thread: null };
  const run = { input: { b: 1, a: [1] }, user: '', metadata: { k: 'v' }, priority: '' };
  const request = (init: object = {}) =>
    create(TaskRequestSchema, { agent: 'a', input: toValue({ a: [1], b: 1 }), metadata: { k: 'v' }, ...init });

  it('is named field by field, whatever the order of members', () => {
    expect(taskDifferences(request({ input: toValue('x'), user: 'u' }), known, run)).toEqual(['input', 'user']);
    expect(taskDifferences(request({ thread: 't', priority: 'high' }), known, run)).toEqual(['thread', 'priority']);
    expect(taskDifferences(request({ metadata: {} }), { ...known, agent: 'b' }, run)).toEqual(['agent', 'metadata']);
  });

  it('is what nobody kept, where all that was kept is the same', () => {
    expect(taskDifferences(request(), known, run)).toEqual(['version, backend, fallbacks, limits or fixtures']);
    expect(taskDifferences(request(), known, undefined)).toEqual(['what it says or asks for']);
  });
});
