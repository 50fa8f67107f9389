import type { Session, Turn } from '../corpus.js';

const START = Date.UTC(2025, 0, 6, 18);
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** What is said in a conversation, in the order in which it is said: sessions a week apart, turns a minute. */
export class Script {
  private readonly all: Session[];

  constructor(sessions: number) {
    this.all = Array.from({ length: sessions }, (_, number) => ({ id: `session_${number + 1}`, turns: [] }));
  }

  /** @returns the id of the turn */
  say(session: number, speaker: string, text: string, source?: Turn['source']): string {
    const turns = this.all[session]?.turns ?? [];
    const id = `D${session + 1}:${turns.length + 1}`;
    turns.push({ id, text, speaker, occurredAt: timeOf(session, turns.length), ...(source && { source }) });
    return id;
  }

  /** Those in which something was said. */
  sessions(): Session[] {
    return this.all.filter(({ turns }) => turns.length > 0);
  }
}

/** The moment before the first turn of a session, by a day. */
export function dayBefore(session: number): Date {
  return new Date(timeOf(session, 0).getTime() - DAY_MS);
}

function timeOf(session: number, turn: number): Date {
  return new Date(START + session * 7 * DAY_MS + turn * MINUTE_MS);
}
