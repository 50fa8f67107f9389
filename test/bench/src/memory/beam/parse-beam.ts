import type { JsonValue } from '@switchyard/contracts';
import type { Conversation, Question, Session } from '../corpus.js';
import { fieldsOf, listOf, textOf, type Fields } from '../malformed.js';
import { messageIds } from './message-ids.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Where no batch says when it was. */
const SOME_DAY = Date.UTC(2024, 0, 1);

/**
 * A chat of BEAM (`chats/100K/<n>/`): a message is what is found. A batch is a session; its day stands at one of its messages
 * ("March-15-2024"). Batches that do not say are a day after the one before.
 *
 * @param chat of `chat.json`
 * @param probing of `probing_questions/probing_questions.json`
 * @throws SwitchyardError `bench.invalid`, saying where it is not of the format
 */
export function parseBeam(id: string, chat: JsonValue, probing: JsonValue): Conversation {
  const sessions = sessionsOf(chat, `Chat ${id}`);
  const known = new Set(sessions.flatMap(({ turns }) => turns.map((turn) => turn.id)));
  const questions = Object.entries(fieldsOf(probing, `Questions of chat ${id}`)).flatMap(([category, list]) =>
    listOf(list, `Questions of chat ${id}: ${category}`).flatMap((entry, index) =>
      questionOf(category, fieldsOf(entry, `Questions of chat ${id}: ${category}[${index}]`), known),
    ),
  );
  return { id, sessions, questions };
}

function sessionsOf(chat: JsonValue, where: string): Session[] {
  let day = SOME_DAY - DAY_MS;
  return listOf(chat, where).map((batch, number) => {
    const place = `${where}, batch ${number}`;
    const messages = listOf(fieldsOf(batch, place)['turns'], `${place}.turns`)
      .flatMap((turn, index) => listOf(turn, `${place}.turns[${index}]`))
      .map((message, index) => fieldsOf(message, `${place}, message ${index}`));
    const said = messages.map((message) => dayOf(message['time_anchor'])).find((found) => found !== undefined);
    // Clocks of chats do not go back.
    day = Math.max(said ?? 0, day + DAY_MS);
    const turns = messages.flatMap((message, index) => {
      const [id] = messageIds(message['id']);
      const text = textOf(message['content'], `${place}, message ${index}.content`).replace(PLACE_IN_PLAN, '');
      if (id === undefined || text.trim() === '') return [];
      const speaker = textOf(message['role'], `${place}, message ${index}.role`);
      return [{ id, text, speaker, occurredAt: new Date(day + index * MINUTE_MS) }];
    });
    return { id: `batch-${number}`, turns };
  });
}

/** What the chat was made from, left at the end of users' messages: "->-> 1,4". */
const PLACE_IN_PLAN = /\s*->->[\s\d,]*$/;

function dayOf(anchor: JsonValue | undefined): number | undefined {
  if (typeof anchor !== 'string') return undefined;
  const found = Date.parse(`${anchor.replaceAll('-', ' ')} UTC`);
  return Number.isNaN(found) ? undefined : found;
}

function questionOf(category: string, fields: Fields, known: ReadonlySet<string>): Question[] {
  const { question, source_chat_ids: sources } = fields;
  const idsIn = (value: JsonValue | undefined): string[] => messageIds(value).filter((id) => known.has(id));
  const ids = idsIn(sources);
  if (typeof question !== 'string' || ids.length === 0) return [];
  const asked: Question = { text: question, category, evidence: ids.map((id) => [id]) };
  if (category !== 'knowledge_update') return [asked];
  const named = sources !== null && typeof sources === 'object' && !Array.isArray(sources) ? sources : {};
  const [current, superseded] = [idsIn(named['updated_info']), idsIn(named['original_info'])];
  // A question that does not name both says nothing about their order.
  return [current.length > 0 && superseded.length > 0 ? { ...asked, update: { current, superseded } } : asked];
}
