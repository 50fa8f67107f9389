import { describe, expect, it } from '@jest/globals';
import { messageIds } from './beam/message-ids.js';
import { parseBeam } from './beam/parse-beam.js';
import { dialogueIds } from './locomo/dialogue-ids.js';
import { parseAudit } from './locomo/parse-audit.js';
import { parseLocomo } from './locomo/parse-locomo.js';
import { sessionTime } from './locomo/session-time.js';
import { byCategory, recallFigures } from './recall-metrics.js';
import { updateFigures, updateOutcome } from './update-metrics.js';

const SAMPLE = [
  {
    sample_id: 'conv-1',
    qa: [
      { question: 'Where is the boat?', answer: 'Porto', evidence: ['D1:2; D2:01'], category: 4 },
      { question: 'Who paints?', answer: 'Ida', evidence: ['D:1:1'], category: 1 },
      { question: 'What was never said?', adversarial_answer: 'x', evidence: ['D1:1'], category: 5 },
      { question: 'Nowhere?', answer: 'x', evidence: ['D9:9', 'D'], category: 2 },
      { question: 'Nothing?', answer: 'x', evidence: [], category: 3 },
    ],
    conversation: {
      speaker_a: 'Ida',
      speaker_b: 'Jon',
      session_2_date_time: '12:05 am on 3 July, 2024',
      session_2: [{ speaker: 'Jon', dia_id: 'D2:1', text: 'It is still there' }],
      session_1_date_time: '1:56 pm on 8 May, 2024',
      session_1: [
        { speaker: 'Ida', dia_id: 'D1:1', text: 'Look', blip_caption: 'a painted boat' },
        { speaker: 'Jon', dia_id: 'D1:2', text: 'Mine is in Porto' },
      ],
    },
  },
];

describe('LoCoMo', () => {
  it('is read with sessions in order, captions, times and questions whose evidence is there', () => {
    const [conversation] = parseLocomo(SAMPLE);
    expect(conversation?.sessions.map(({ id }) => id)).toEqual(['session_1', 'session_2']);
    expect(conversation?.sessions[0]?.turns[0]).toEqual({
      id: 'D1:1',
      text: 'Look [a painted boat]',
      speaker: 'Ida',
      occurredAt: new Date('2024-05-08T13:56:00Z'),
    });
    expect(conversation?.questions).toEqual([
      { text: 'Where is the boat?', category: 'single-hop', evidence: [['D1:2'], ['D2:1']] },
      { text: 'Who paints?', category: 'multi-hop', evidence: [['D1:1']] },
    ]);
  });

  it('takes evidence from an audit where that corrects it', () => {
    const audit = parseAudit([
      { question_id: 'locomo_0_qa1', correct_evidence: ['D2:1'] },
      { question_id: 'locomo_0_qa0', correct_evidence: [] },
    ]);
    expect(parseLocomo(SAMPLE, audit)[0]?.questions.map(({ evidence }) => evidence)).toEqual([
      [['D1:2'], ['D2:1']],
      [['D2:1']],
    ]);
  });

  it.each([
    ['D1:3', ['D1:3']],
    ['D8:6; D9:17', ['D8:6', 'D9:17']],
    ['D9:1 D4:4 D4:6', ['D9:1', 'D4:4', 'D4:6']],
    ['D:11:26', ['D11:26']],
    ['D30:05', ['D30:5']],
    ['D', []],
  ])('finds the turns in "%s"', (text, ids) => expect(dialogueIds(text)).toEqual(ids));

  it.each([
    ['12:30 am on 1 January, 2023', '2023-01-01T00:30:00.000Z'],
    ['12:05 pm on 29 February, 2024', '2024-02-29T12:05:00.000Z'],
    ['yesterday', undefined],
    ['1:00 pm on 8 Maj, 2023', undefined],
  ])('reads the time "%s"', (text, iso) => expect(sessionTime(text)?.toISOString()).toBe(iso));

  it.each([
    ['no list', {}, 'The file is not a list'],
    ['no conversation', [{ qa: [] }], 'Conversation 0.conversation is not an object'],
    ['a session without a time', [{ qa: [], conversation: { session_1: [] } }], 'session_1_date_time is not a text'],
  ])('refuses %s, saying where', (_, value, message) => expect(() => parseLocomo(value)).toThrow(message));
});

const CHAT = [
  {
    batch_number: 1,
    turns: [
      [
        { role: 'user', id: 0, time_anchor: 'March-15-2024', content: 'It takes 300 ms ->-> 1,1' },
        { role: 'assistant', id: 1, content: 'Good' },
      ],
    ],
  },
  { batch_number: 2, turns: [[{ role: 'user', id: 2, content: 'It takes 250 ms now' }]] },
];
const sources = { original_info: [0], updated_info: [2] };

describe('BEAM', () => {
  it('is read by message, with days, and the two messages of a question about what changed', () => {
    const { sessions, questions } = parseBeam('1', CHAT, {
      abstention: [{ question: 'Who?' }],
      event_ordering: [{ question: 'In which order?', source_chat_ids: [0, 2, 2, 99] }],
      knowledge_update: [
        { question: 'How long?', source_chat_ids: sources },
        { question: 'Since when?', source_chat_ids: { original_info: [0], updated_info: [] } },
      ],
    });
    expect(sessions.flatMap(({ turns }) => turns.map(({ text }) => text))).toEqual([
      'It takes 300 ms',
      'Good',
      'It takes 250 ms now',
    ]);
    expect(sessions.map(({ turns }) => turns[0]?.occurredAt.toISOString().slice(0, 10))).toEqual([
      '2024-03-15',
      '2024-03-16',
    ]);
    expect(questions).toEqual([
      { text: 'In which order?', category: 'event_ordering', evidence: [['0'], ['2']] },
      {
        text: 'How long?',
        category: 'knowledge_update',
        evidence: [['0'], ['2']],
        update: { current: ['2'], superseded: ['0'] },
      },
      { text: 'Since when?', category: 'knowledge_update', evidence: [['0']] },
    ]);
  });

  it.each([
    [
      [1, '2', [3], { a: [3, 4] }],
      ['1', '2', '3', '4'],
    ],
    [null, []],
    ['none', []],
  ])('finds the messages in %j', (value, ids) => expect(messageIds(value)).toEqual(ids));
});

describe('figures', () => {
  it('are micro-averages over questions', () => {
    const outcomes = [
      { category: 'a', ranks: [1, 7] },
      { category: 'b', ranks: [undefined] },
    ];
    expect(recallFigures(outcomes)).toEqual({
      questions: 2,
      recallAt5: 0.25,
      recallAt10: 0.5,
      recallAt20: 0.5,
      allAt10: 0.5,
      mrr: 0.5,
    });
    expect(Object.keys(byCategory(outcomes))).toEqual(['a', 'b']);
  });

  it('count what is current as first where it stands above, or alone', () => {
    const update = { current: ['new'], superseded: ['old', 'new'] };
    const of = (...hits: string[]) =>
      updateOutcome(
        hits.map((hit) => new Set([hit])),
        update,
      );
    const [above, alone, below, stale, none] = [of('new', 'old'), of('new'), of('old', 'new'), of('old'), of()];
    expect([above, alone, below, stale, none].map(({ currentFirst }) => currentFirst)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
    expect(updateFigures([above, alone, below, stale, none])).toEqual({
      questions: 5,
      found: 0.6,
      currentAboveSuperseded: 0.4,
      staleFirst: 0.4,
      both: 0.4,
      currentFirstOfBoth: 0.5,
    });
  });
});
