import { EventEmitter, once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { SwitchyardError } from '@switchyard/contracts';
import { LOGGER } from '@switchyard/service';
import type { Logger } from '@switchyard/telemetry';
import type { Tool } from '../tools/tool.js';
import { LimitsRepository } from './limits.repository.js';

/** Where so long no place is free, the call is handed back: it is asked for again, and others get the host meanwhile. */
const WAIT_FOR_MS = 30_000;
const POLL_FIRST_MS = 25;
const POLL_LAST_MS = 1_000;
/** What a call may take besides the tool's own time before its place counts as left behind. */
const HOLD_MARGIN_MS = 60_000;

/** Lets as many calls of a tool begin as people allow, over all hosts. */
@Injectable()
export class ToolGate {
  /** By tool: the last that waits here. Behind each other, so that one a host asks the database, and the first comes first. */
  private readonly queues = new Map<string, Promise<unknown>>();
  private readonly left = new EventEmitter().setMaxListeners(0);

  constructor(
    @Inject(LimitsRepository) private readonly repository: LimitsRepository,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Does `work` while the call has a place.
   *
   * @throws SwitchyardError `tool.busy`, retryable, where there was none in time; the signal's reason where it was aborted
   */
  async within<Result>(tool: Tool, callId: string, signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
    const name = tool.definition.name;
    const { concurrency = 0, callsPerMinute = 0 } = tool.limits ?? {};
    if (concurrency === 0 && callsPerMinute === 0) return work();
    await this.inTurn(name, signal, async () => {
      const deadline = AbortSignal.any([signal, AbortSignal.timeout(WAIT_FOR_MS)]);
      if (concurrency > 0) await this.place(tool, callId, concurrency, deadline);
      try {
        if (callsPerMinute > 0) await this.token(name, callsPerMinute, deadline);
      } catch (error) {
        if (concurrency > 0) await this.leave(name, callId);
        throw error;
      }
    }).catch((error: unknown) => {
      signal.throwIfAborted();
      throw error instanceof SwitchyardError ? error : busy(name, error);
    });
    try {
      return await work();
    } finally {
      if (concurrency > 0) await this.leave(name, callId);
    }
  }

  private async inTurn(name: string, signal: AbortSignal, enter: () => Promise<void>): Promise<void> {
    const before = this.queues.get(name) ?? Promise.resolve();
    const mine = before.then(async () => {
      signal.throwIfAborted();
      await enter();
    });
    const settled = mine.catch(() => undefined);
    this.queues.set(name, settled);
    try {
      await mine;
    } finally {
      if (this.queues.get(name) === settled) this.queues.delete(name);
    }
  }

  private async place(tool: Tool, callId: string, places: number, signal: AbortSignal): Promise<void> {
    const { name, timeoutMs } = tool.definition;
    for (let pause = POLL_FIRST_MS; ; pause = Math.min(pause * 2, POLL_LAST_MS)) {
      signal.throwIfAborted();
      if (await this.repository.takePlace(name, callId, places, timeoutMs + HOLD_MARGIN_MS)) return;
      const waited = new AbortController();
      const either = AbortSignal.any([signal, waited.signal]);
      await Promise.race([
        sleep(pause, undefined, { signal: either }),
        once(this.left, name, { signal: either }),
      ]).finally(() => waited.abort());
    }
  }

  private async token(name: string, perMinute: number, signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      const waitMs = await this.repository.takeToken(name, perMinute);
      if (waitMs === 0) return;
      await sleep(waitMs, undefined, { signal });
    }
  }

  private async leave(name: string, callId: string): Promise<void> {
    try {
      await this.repository.leavePlace(name, callId);
    } catch (error) {
      this.logger.warn(
        { err: error, tool: name, call_id: callId },
        'A place of a tool is left only when its time is up',
      );
    }
    this.left.emit(name);
  }
}

function busy(name: string, cause: unknown): SwitchyardError {
  return new SwitchyardError(
    'tool.busy',
    `As many calls of "${name}" are under way as its settings allow. Ask again later.`,
    { retryable: true, details: { tool: name }, cause },
  );
}
