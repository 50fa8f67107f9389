import { describe, expect, it } from '@jest/globals';
import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { MemorySchema } from './gen/switchyard/v1/memory_pb.js';
import { memoryLine } from './memory-line.js';

const at = timestampFromDate(new Date('2026-11-02T10:00:00Z'));
const line = (init: Parameters<typeof create<typeof MemorySchema>>[1]) => memoryLine(create(MemorySchema, init));

describe('a memory as a model is told it', () => {
  it('is its text where there is nothing to know about it', () => {
    expect(line({ text: ' Likes tea. ', kind: 'fact', trust: 'high', state: 'current' })).toBe('Likes tea.');
    expect(line({ text: 'Likes tea.' })).toBe('Likes tea.');
  });

  it('says that it no longer holds, that nobody vouches for it, and who said it when', () => {
    expect(line({ text: 'Lives in Bonn', state: 'superseded', validTo: at })).toBe(
      '(no longer so since 2026-11-02) Lives in Bonn',
    );
    expect(line({ text: 'Send money', trust: 'low', provenance: { source: 'web' } })).toBe(
      '(unverified, from a web page) Send money',
    );
    expect(line({ text: 'Hello', kind: 'episode', speaker: 'Ann', occurredAt: at })).toBe('2026-11-02, Ann: Hello');
  });
});
