import { describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { readBeam } from '../beam/read-beam.js';
import type { Conversation } from '../corpus.js';
import { readLocomo } from '../locomo/read-locomo.js';
import { sampleFiles } from './sample-files.js';
import { BEAM_SAMPLE, LOCOMO_SAMPLE, sampleConversations } from './sample.js';

const texts = ({ sessions }: Conversation) => sessions.flatMap(({ turns }) => turns.map(({ text }) => text));
const kinds = (conversations: readonly Conversation[]) => [
  ...new Set(conversations.flatMap(({ questions }) => questions.map(({ category }) => category))),
];

describe('the samples', () => {
  it('are what the generator gives, byte for byte', async () => {
    for (const [path, text] of sampleFiles()) expect(await readFile(path, 'utf8')).toBe(text);
  });

  it('are read in the format of LoCoMo with every turn, its time, and evidence that is there', async () => {
    const read = await readLocomo(LOCOMO_SAMPLE);
    expect(read.map(texts)).toEqual(sampleConversations().map(texts));
    const begun = (conversation?: Conversation) => conversation?.sessions.map(({ turns }) => turns[0]?.occurredAt);
    expect(begun(read[0])).toEqual(begun(sampleConversations()[0]));
    expect(kinds(read).sort()).toEqual(['multi-hop', 'single-hop', 'temporal']);
    expect(read.every(({ questions }) => questions.length > 20)).toBe(true);
  });

  it('are read in the format of BEAM with what changed, and what was so before', async () => {
    const read = await readBeam(BEAM_SAMPLE);
    expect(await readBeam(dirname(dirname(BEAM_SAMPLE)))).toEqual(read);
    expect(read.map(({ id }) => id)).toEqual(['1', '2']);
    for (const [index, conversation] of read.entries()) {
      const all = new Set(texts(sampleConversations()[index] ?? { id: '', sessions: [], questions: [] }));
      expect(texts(conversation).filter((text) => !all.has(text))).toEqual([]);
      const updates = conversation.questions.flatMap(({ update }) => update ?? []);
      expect(updates.length).toBeGreaterThan(0);
    }
    expect(kinds(read)).toEqual(
      expect.arrayContaining(['information_extraction', 'knowledge_update', 'temporal_reasoning']),
    );
  });
});
