import type { JsonValue } from '@switchyard/contracts';
import type { Conversation, Question, Session, Turn } from '../corpus.js';
import { fieldsOf, listOf, malformed, textOf, type Fields } from '../malformed.js';
import { dialogueIds } from './dialogue-ids.js';
import { sessionTime } from './session-time.js';

const MINUTE_MS = 60_000;
/** As the paper numbers them; 5 asks for what was never said, and is left out. */
const CATEGORIES: Readonly<Record<number, string>> = {
  1: 'multi-hop',
  2: 'temporal',
  3: 'open-domain',
  4: 'single-hop',
};

/**
 * `data/locomo10.json` of snap-research/locomo: a turn is what is found, with the caption of its picture.
 *
 * Questions without evidence that is in the conversation are left out, as are adversarial ones.
 *
 * @param corrections evidence by id of question, `locomo_<conversation>_qa<question>`, both from 0
 * @throws SwitchyardError `bench.invalid`, saying where it is not of the format
 */
export function parseLocomo(
  value: JsonValue,
  corrections: ReadonlyMap<string, readonly string[]> = new Map(),
): Conversation[] {
  return listOf(value, 'The file').map((sample, index) => {
    const where = `Conversation ${index}`;
    const fields = fieldsOf(sample, where);
    const id = typeof fields['sample_id'] === 'string' ? fields['sample_id'] : `conv-${index}`;
    const sessions = sessionsOf(fieldsOf(fields['conversation'], `${where}.conversation`), where);
    const known = new Set(sessions.flatMap(({ turns }) => turns.map((turn) => turn.id)));
    const questions = listOf(fields['qa'], `${where}.qa`).flatMap((qa, number) =>
      questionOf(fieldsOf(qa, `${where}.qa[${number}]`), corrections.get(`locomo_${index}_qa${number}`), known),
    );
    return { id, sessions, questions };
  });
}

function sessionsOf(conversation: Fields, where: string): Session[] {
  const numbers = Object.keys(conversation).flatMap((key) => {
    const number = /^session_(\d+)$/.exec(key)?.[1];
    return number === undefined ? [] : [Number(number)];
  });
  return numbers
    .sort((one, other) => one - other)
    .map((number) => {
      const key = `session_${number}`;
      const said = textOf(conversation[`${key}_date_time`], `${where}.${key}_date_time`);
      const begun = sessionTime(said);
      if (!begun) throw malformed(`${where}.${key}_date_time`, `is no time: "${said}"`);
      const turns = listOf(conversation[key], `${where}.${key}`).map((turn, index): Turn => {
        const place = `${where}.${key}[${index}]`;
        const fields = fieldsOf(turn, place);
        const caption = fields['blip_caption'];
        const text = textOf(fields['text'], `${place}.text`);
        const [id] = dialogueIds(textOf(fields['dia_id'], `${place}.dia_id`));
        if (id === undefined) throw malformed(`${place}.dia_id`, 'is not of the form D1:3');
        return {
          id,
          text: typeof caption === 'string' && caption !== '' ? `${text} [${caption}]` : text,
          speaker: textOf(fields['speaker'], `${place}.speaker`),
          occurredAt: new Date(begun.getTime() + index * MINUTE_MS),
        };
      });
      return { id: key, turns };
    });
}

function questionOf(qa: Fields, correction: readonly string[] | undefined, known: ReadonlySet<string>): Question[] {
  const { question, category, evidence } = qa;
  const name = typeof category === 'number' ? CATEGORIES[category] : undefined;
  if (name === undefined || typeof question !== 'string') return [];
  const said = correction ?? (Array.isArray(evidence) ? evidence.filter((id) => typeof id === 'string') : []);
  const ids = [...new Set(said.flatMap(dialogueIds))].filter((id) => known.has(id));
  return ids.length === 0 ? [] : [{ text: question, category: name, evidence: ids.map((id) => [id]) }];
}
