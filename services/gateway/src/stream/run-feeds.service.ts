import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { Bus, RpcClient } from '@switchyard/bus';
import { DeltaSchema, eventTypeOf, RunEventSchema, SwitchyardError, toWire } from '@switchyard/contracts';
import { LOGGER } from '@switchyard/service';
import { metrics, type Logger } from '@switchyard/telemetry';
import { RunFeed } from './run-feed.js';
import type { RunStreamStart, StreamOutput } from './run-stream.js';
import type { SseEvent, SseWriter } from './sse-writer.js';

/** Streams that one key may have open at one replica. */
const STREAMS_PER_KEY = 1_000;

/** The open event streams of this replica. */
@Injectable()
export class RunFeeds implements BeforeApplicationShutdown {
  private readonly open = new Map<SseWriter, string>();
  private readonly gauge = metrics.gauge('switchyard_gateway_streams', 'Event streams that are open.');

  constructor(
    @Inject(Bus) private readonly bus: Bus,
    @Inject(RpcClient) private readonly rpc: RpcClient,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** @throws SwitchyardError `stream.too_many` */
  checkRoom(keyId: string): void {
    const mine = [...this.open.values()].filter((owner) => owner === keyId).length;
    if (mine < STREAMS_PER_KEY) return;
    throw new SwitchyardError('stream.too_many', `This key has ${mine} streams open, the most it may: close some.`, {
      retryable: true,
      details: { limit: STREAMS_PER_KEY },
    });
  }

  /** Writes the run's stream until the run ends, the client goes, or this replica stops. */
  async follow(start: RunStreamStart, writer: SseWriter, keyId: string): Promise<void> {
    this.open.set(writer, keyId);
    this.gauge.set(this.open.size);
    const viewer = {
      send: (outputs: readonly StreamOutput[]) => outputs.forEach((output) => writer.send(sseEvent(output))),
      heartbeat: () => writer.heartbeat(),
      drained: () => writer.drained(),
      closed: writer.closed,
    };
    try {
      await new RunFeed({ bus: this.bus, rpc: this.rpc, logger: this.logger }, start, viewer).run();
      writer.end();
    } catch (error) {
      this.logger.warn({ err: error, run_id: start.runId }, 'An event stream had to be closed');
      writer.fail(error);
    } finally {
      this.open.delete(writer);
      this.gauge.set(this.open.size);
    }
  }

  /** Open streams would keep the server from stopping; their clients resume at another replica. */
  beforeApplicationShutdown(): void {
    for (const writer of this.open.keys()) writer.end();
  }
}

function sseEvent(output: StreamOutput): SseEvent {
  if ('delta' in output) return { event: 'delta', data: toWire(DeltaSchema, output.delta, { complete: true }) };
  const { event } = output;
  return { event: eventTypeOf(event), id: String(event.seq), data: toWire(RunEventSchema, event, { complete: true }) };
}
