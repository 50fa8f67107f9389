import { Inject, Injectable } from '@nestjs/common';
import { RpcClient } from '@switchyard/bus';
import { EvaluatorService, type ClassifyRequestSchema, type MessageInitShape } from '@switchyard/contracts';
import { readSnapshot, type RoutingSnapshot } from '@switchyard/evidence';
import { LOGGER } from '@switchyard/service';
import type { Logger } from '@switchyard/telemetry';

/** What was learnt is asked for again after this time, in milliseconds, when a task comes. */
export const REFRESH_MS = 2_000;
/** A snapshot that could not be renewed for so long is no longer gone by: certificates may have been revoked. */
export const GOOD_FOR_MS = 600_000;
const TIMEOUT_MS = 2_000;
/** An acceptance waits so long for the class of its task, and no longer. */
const CLASS_TIMEOUT_MS = 500;
/** Agents of which a router keeps what was learnt; the longest not asked for goes first. */
const MOST_AGENTS = 1_000;

interface Known {
  snapshot: RoutingSnapshot | undefined;
  /** When the evaluator last said that this is the newest. */
  confirmedAtMs: number;
  askedAtMs: number;
  asking: Promise<void> | undefined;
  fails: boolean;
  /** Rules class the agent's tasks. */
  classed: boolean;
}

/** What the evaluator has learnt of agents' backends, kept at hand: no acceptance waits for it. */
@Injectable()
export class RoutingSnapshots {
  private readonly known = new Map<string, Known>();

  constructor(
    @Inject(RpcClient) private readonly rpc: RpcClient,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** What is at hand; where that is nothing or old, it is asked for meanwhile. */
  get(tenant: string, agent: string, nowMs: number): RoutingSnapshot | undefined {
    const known = this.renew(tenant, agent, nowMs);
    return nowMs - known.confirmedAtMs <= GOOD_FOR_MS ? known.snapshot : undefined;
  }

  /** The same, waiting for the answer where nothing is at hand: for agents that may not be routed without. */
  async getOrAsk(tenant: string, agent: string, nowMs: number): Promise<RoutingSnapshot | undefined> {
    const atHand = this.get(tenant, agent, nowMs);
    if (atHand) return atHand;
    await this.settled(tenant, agent, nowMs);
    return this.get(tenant, agent, nowMs);
  }

  /** Resolves when nothing is being asked for the agent. */
  async settled(tenant: string, agent: string, nowMs: number): Promise<void> {
    await this.renew(tenant, agent, nowMs).asking;
  }

  /** The class that rules give a task which names none; empty where there are no rules, none fits, or the evaluator does not answer in time. */
  async classOf(
    task: MessageInitShape<typeof ClassifyRequestSchema> & { tenant: string; agent: string },
  ): Promise<string> {
    const { tenant, agent } = task;
    if (!this.known.get(keyOf(tenant, agent))?.classed) return '';
    try {
      const options = { timeoutMs: CLASS_TIMEOUT_MS };
      return (await this.rpc.call(EvaluatorService.method.classify, task, options)).class;
    } catch (error) {
      this.logger.warn(
        { err: error, tenant, agent },
        'Of which class a task is could not be asked: it is routed as one without',
      );
      return '';
    }
  }

  /** Backends with a certificate in force; none where the evaluator does not answer. */
  async certified(tenant: string, agent: string): Promise<ReadonlySet<string>> {
    try {
      const request = { tenant, agent, certifiedAlone: true };
      const options = { timeoutMs: TIMEOUT_MS };
      return new Set((await this.rpc.call(EvaluatorService.method.getRouting, request, options)).certified);
    } catch (error) {
      this.logger.warn({ err: error, tenant, agent }, 'Which backends are certified is not known: none is preferred');
      return new Set();
    }
  }

  private renew(tenant: string, agent: string, nowMs: number): Known {
    const key = keyOf(tenant, agent);
    const known = this.known.get(key) ?? {
      snapshot: undefined,
      confirmedAtMs: 0,
      askedAtMs: 0,
      asking: undefined,
      fails: false,
      classed: false,
    };
    this.known.delete(key);
    this.known.set(key, known);
    if (this.known.size > MOST_AGENTS) this.known.delete(this.known.keys().next().value ?? '');
    if (known.asking === undefined && nowMs - known.askedAtMs >= REFRESH_MS) {
      known.askedAtMs = nowMs;
      known.asking = this.ask(tenant, agent, known, nowMs).finally(() => (known.asking = undefined));
    }
    return known;
  }

  /** Never rejects: what was known stays, and the next task asks again. */
  private async ask(tenant: string, agent: string, known: Known, nowMs: number): Promise<void> {
    try {
      const request = { tenant, agent, knownRevision: known.snapshot?.revision ?? 0 };
      const view = await this.rpc.call(EvaluatorService.method.getRouting, request, { timeoutMs: TIMEOUT_MS });
      if (!view.unchanged) known.snapshot = readSnapshot(view.snapshot);
      Object.assign(known, { confirmedAtMs: nowMs, fails: false, classed: view.classed });
      // A part was learnt of what there is: the next task asks for more.
      if (view.behind) known.askedAtMs = 0;
    } catch (error) {
      // Said once, and not at every look.
      if (!known.fails)
        this.logger.warn({ err: error, tenant, agent }, 'What was learnt of backends could not be asked for');
      known.fails = true;
    }
  }
}

function keyOf(tenant: string, agent: string): string {
  return JSON.stringify([tenant, agent]);
}
