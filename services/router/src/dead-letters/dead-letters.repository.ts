import { Inject, Injectable } from '@nestjs/common';
import { Bus, subjectTokens } from '@switchyard/bus';
import { create, DeadLetterSchema, decode, toErrorInfo, type DeadLetter } from '@switchyard/contracts';

/** How far back one look goes, in multiples of what is asked for; then further. */
const STRIDE = 4;

/** The stream DEAD, read without taking anything from it. */
@Injectable()
export class DeadLettersRepository {
  constructor(@Inject(Bus) private readonly bus: Bus) {}

  /** Newest first. `kind` may be `*`. None where nothing has failed yet. */
  async last(kind: string, limit: number): Promise<DeadLetter[]> {
    const subject = `${this.bus.prefix}.dead.${kind}.>`;
    const manager = await this.bus.js.jetstreamManager(false);
    const [stream] = await manager.streams.names(`${this.bus.prefix}.dead.>`).next();
    if (stream === undefined) return [];
    const { state } = await manager.streams.info(stream);
    let letters: DeadLetter[] = [];
    for (
      let span = limit * STRIDE, from = state.last_seq + 1;
      letters.length < limit && from > state.first_seq;
      span *= STRIDE
    ) {
      from = Math.max(state.first_seq, state.last_seq + 1 - span);
      letters = await this.readFrom(stream, subject, from);
    }
    return letters.slice(-limit).reverse();
  }

  private async readFrom(stream: string, subject: string, from: number): Promise<DeadLetter[]> {
    const consumer = await this.bus.js.consumers.get(stream, {
      filter_subjects: subject,
      opt_start_seq: from,
      deliver_policy: 'by_start_sequence',
    });
    const info = await consumer.info(true);
    const letters: DeadLetter[] = [];
    if (info.num_pending === 0) return letters;
    const messages = await consumer.fetch({ max_messages: info.num_pending, expires: 5_000 });
    for await (const message of messages) {
      letters.push(this.read(message));
      if (message.info.pending === 0) break;
    }
    return letters;
  }

  /** One that somebody else wrote must not hide the others: what cannot be read is shown as it is. */
  private read({ subject, data }: { subject: string; data: Uint8Array }): DeadLetter {
    try {
      return decode(DeadLetterSchema, data);
    } catch (error) {
      const [kind = '', id = ''] = subjectTokens(subject, this.bus.prefix).tokens;
      const payload = new TextDecoder().decode(data);
      return create(DeadLetterSchema, { kind, id, subject, cause: toErrorInfo(error), payload });
    }
  }
}
