import { Inject, Injectable } from '@nestjs/common';
import { Bus, subjectTokens } from '@switchyard/bus';
import { create, DeadLetterSchema, decode, toErrorInfo, type DeadLetter } from '@switchyard/contracts';
import { letterFacts } from './letter-facts.js';

/** Messages that one look reads at most: payloads may be large. */
const WINDOW = 500;

/** A letter of the stream, and the id under which it was stored. */
export interface StoredLetter {
  letter: DeadLetter;
  /** `dead:<stream>:<seq>:<time>` of the message that failed; empty where somebody else wrote the letter. */
  msgId: string;
}

/** The stream DEAD, read without taking anything from it. */
@Injectable()
export class DeadLettersRepository {
  constructor(@Inject(Bus) private readonly bus: Bus) {}

  /** The last ones, newest first, one look after the other. `kind` may be `*`. None where nothing has failed yet. */
  async *newest(kind: string): AsyncGenerator<StoredLetter[]> {
    const subject = `${this.bus.prefix}.dead.${kind}.>`;
    const manager = await this.bus.js.jetstreamManager(false);
    const stream = await this.streamOf(manager);
    if (stream === undefined) return;
    const { state } = await manager.streams.info(stream);
    for (let end = state.last_seq + 1; end > state.first_seq;) {
      const from = Math.max(state.first_seq, end - WINDOW);
      const letters = await this.readRange(stream, subject, from, end);
      if (letters.length > 0) yield letters.reverse();
      end = from;
    }
  }

  /** The last letter of this kind and id. */
  async last(kind: string, id: string): Promise<StoredLetter | undefined> {
    const manager = await this.bus.js.jetstreamManager(false);
    const stream = await this.streamOf(manager);
    if (stream === undefined) return undefined;
    const message = await manager.streams.getMessage(stream, { last_by_subj: this.bus.subjects.dead(kind, id) });
    return message ? this.read(message, message.header.get('Nats-Msg-Id')) : undefined;
  }

  private async streamOf(manager: Manager): Promise<string | undefined> {
    const names = await manager.streams.names(`${this.bus.prefix}.dead.>`).next();
    return names[0];
  }

  /** From one place to before another, oldest first. */
  private async readRange(stream: string, subject: string, from: number, end: number): Promise<StoredLetter[]> {
    const consumer = await this.bus.js.consumers.get(stream, {
      filter_subjects: subject,
      opt_start_seq: from,
      deliver_policy: 'by_start_sequence',
    });
    const { num_pending } = await consumer.info(true);
    const letters: StoredLetter[] = [];
    if (num_pending === 0) return letters;
    const messages = await consumer.fetch({ max_messages: Math.min(num_pending, end - from), expires: 5_000 });
    for await (const message of messages) {
      if (message.seq >= end) break;
      letters.push(this.read(message, message.headers?.get('Nats-Msg-Id') ?? ''));
      if (message.info.pending === 0) break;
    }
    return letters;
  }

  /** One that somebody else wrote must not hide the others: what cannot be read is shown as it is. */
  private read({ subject, data }: { subject: string; data: Uint8Array }, msgId: string): StoredLetter {
    const letter = this.decoded(subject, data);
    const { tenant, agent, backend, runId } = letterFacts(letter, this.bus.prefix);
    return { letter: { ...letter, tenant, agent, backend, runId }, msgId };
  }

  private decoded(subject: string, data: Uint8Array): DeadLetter {
    const [kind = '', id = ''] = subjectTokens(subject, this.bus.prefix).tokens;
    try {
      // The subject decides, whatever the body says: by it the letter is found again.
      return { ...decode(DeadLetterSchema, data), kind, id };
    } catch (error) {
      const payload = new TextDecoder().decode(data);
      return create(DeadLetterSchema, { kind, id, subject, cause: toErrorInfo(error), payload });
    }
  }
}

type Manager = Awaited<ReturnType<Bus['js']['jetstreamManager']>>;
