import { Inject, Injectable } from '@nestjs/common';
import { Bus, deadLetter, execDurable, subjectTokens, toolDurable } from '@switchyard/bus';
import { SwitchyardError, TOKEN } from '@switchyard/contracts';
import { LOGGER } from '@switchyard/service';
import type { Logger } from '@switchyard/telemetry';
import { BackendsRepository } from '../backends/backends.repository.js';

/** Work of a backend or a pool that is not known yet may be a moment ahead of it, in milliseconds. */
const UNCLAIMED_AFTER_MS = 60_000;

type Manager = Awaited<ReturnType<Bus['js']['jetstreamManager']>>;
type Kind = 'exec' | 'tool';

/** Finds work on the queues that nobody will ever take, and makes dead letters of it, so that it is seen. */
@Injectable()
export class QueueKeeper {
  constructor(
    @Inject(Bus) private readonly bus: Bus,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(BackendsRepository) private readonly backends: BackendsRepository,
  ) {}

  /** How many messages became dead letters. `olderThanMs` is the age from which work counts as left behind. */
  async keep(olderThanMs = UNCLAIMED_AFTER_MS): Promise<number> {
    const manager = await this.bus.js.jetstreamManager(false);
    return (await this.sweep(manager, 'exec', olderThanMs)) + (await this.sweep(manager, 'tool', olderThanMs));
  }

  private async sweep(manager: Manager, kind: Kind, olderThanMs: number): Promise<number> {
    const subject = `${this.bus.prefix}.${kind}.>`;
    const [stream] = await manager.streams.names(subject).next();
    if (stream === undefined) return 0;
    const served =
      kind === 'exec' ? new Set((await this.backends.list()).map(({ name }) => execDurable(name))) : undefined;
    const durables = new Set<string>(served);
    let claimed = 0;
    for await (const { name, num_pending, num_ack_pending } of manager.consumers.list(stream)) {
      if (served && !served.has(name)) continue;
      durables.add(name);
      claimed += num_pending + num_ack_pending;
    }
    // The names of all subjects are many where much waits: they are asked for only where more waits than is claimed.
    const { state } = await manager.streams.info(stream);
    if (state.messages <= claimed) return 0;
    const full = await manager.streams.info(stream, { subjects_filter: subject });
    let buried = 0;
    for (const left of Object.keys(full.state.subjects ?? {})) {
      const [place = ''] = subjectTokens(left, this.bus.prefix).tokens;
      const durable = kind === 'exec' ? execDurable(place) : toolDurable(place);
      if (!durables.has(durable)) buried += await this.bury(manager, stream, left, kind, olderThanMs);
    }
    return buried;
  }

  /** The letter comes first: should this end between the two, the same one is written again, and dropped as known. */
  private async bury(
    manager: Manager,
    stream: string,
    subject: string,
    kind: Kind,
    olderThanMs: number,
  ): Promise<number> {
    let buried = 0;
    for (;;) {
      const message = await manager.streams.getMessage(stream, { last_by_subj: subject });
      if (!message || message.time.getTime() > Date.now() - olderThanMs) return buried;
      const [place = '', id = ''] = subjectTokens(subject, this.bus.prefix).tokens;
      const cause = unclaimed(kind, place);
      await deadLetter(this.bus, {
        kind,
        id: TOKEN.test(id) ? id : `seq-${message.seq}`,
        subject,
        cause,
        payload: message.data,
        msgId: `dead:${stream}:${message.seq}:${message.time.getTime()}`,
      });
      await manager.streams.deleteMessage(stream, message.seq);
      this.logger.error({ err: cause, subject }, 'Work that nobody takes is a dead letter now');
      buried += 1;
    }
  }
}

function unclaimed(kind: Kind, place: string): SwitchyardError {
  return kind === 'exec'
    ? new SwitchyardError('backend.not_found', `There is no backend "${place}" whose executors could take this work.`)
    : new SwitchyardError(
        'tool.pool_not_found',
        `There is no tool host of the pool "${place}" that could take this call.`,
      );
}
