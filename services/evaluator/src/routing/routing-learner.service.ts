import { Inject, Injectable } from '@nestjs/common';
import { RpcClient } from '@switchyard/bus';
import { RouterService, SwitchyardError } from '@switchyard/contracts';
import {
  follow,
  readSnapshot,
  settingsOf,
  startSnapshot,
  type RoutingOptions,
  type RoutingSnapshot,
} from '@switchyard/evidence';
import { inTransaction } from '@switchyard/persistence';
import { LOGGER } from '@switchyard/service';
import type { Logger } from '@switchyard/telemetry';
import { DataSource, type EntityManager } from 'typeorm';
import { NOW, type Now } from '../now.js';
import { CertifiedBackends } from './certified-backends.service.js';
import { learntOutcome } from './learnt-outcome.js';
import { RoutingRepository, type LogEntry } from './routing.repository.js';
import { settingsOfAgent } from './routing-settings.js';

/** Runs that one question makes it learn of: some tens of milliseconds. */
const AT_ONCE = 1_000;
/** Entries of the log that are read at once. */
const PAGE = 5_000;

export interface Learnt {
  snapshot: RoutingSnapshot;
  /** There is more to learn of. */
  behind: boolean;
}

interface Followed {
  snapshot: RoutingSnapshot;
  /** It was stored, and nothing had to be followed. */
  isKept: boolean;
}

/**
 * Learns of an agent's backends when somebody asks, so that agents that are not routed by the record cost nothing. What is
 * learnt is first an entry in a log: any revision is the log followed up to it, by whoever follows it.
 */
@Injectable()
export class RoutingLearner {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(RoutingRepository) private readonly repository: RoutingRepository,
    @Inject(CertifiedBackends) private readonly certified: CertifiedBackends,
    @Inject(RpcClient) private readonly rpc: RpcClient,
    @Inject(NOW) private readonly now: Now,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** The newest, after learning of what has ended since. @throws SwitchyardError `agent.not_found`, `database.…` */
  async learn(tenant: string, agent: string): Promise<Learnt> {
    const [settings, backends, priors] = await Promise.all([
      this.settings(tenant, agent),
      this.certified.of(tenant, agent),
      this.repository.priors(tenant, agent),
    ]);
    return inTransaction(this.dataSource, async (manager) => {
      await this.repository.lock(manager, tenant, agent);
      const { snapshot: before, isKept } = await this.newest(manager, tenant, agent);
      const entries: LogEntry[] = [];
      const tell = (entry: LogEntry['entry']) => entries.push({ runId: '', entry });
      if (settings && !isSame(settingsOf(settings), before.state.settings)) tell({ kind: 'settings', settings });
      if (!isSame(priors, before.priors)) tell({ kind: 'priors', priors });
      if (!isSame(backends, before.certified)) tell({ kind: 'certified', backends });
      const { taken, runs } = await this.repository.takeDue(manager, tenant, agent, AT_ONCE);
      for (const run of runs) {
        const outcome = learntOutcome(run);
        if (outcome) entries.push({ runId: run.runId, entry: { kind: 'outcome', outcome } });
      }
      const snapshot = entries.map(({ entry }) => entry).reduce(follow, before);
      // What was kept by another version is learnt again once, and not whenever somebody asks.
      if (entries.length > 0 || !isKept) {
        const change = { tenant, agent, from: before.revision, snapshot, entries, at: this.now() };
        await this.repository.append(manager, change);
      }
      return { snapshot, behind: taken === AT_ONCE };
    });
  }

  /** As of a revision; undefined where there is no such. */
  async at(tenant: string, agent: string, revision: number): Promise<RoutingSnapshot | undefined> {
    const { snapshot } = await this.followed(this.dataSource, tenant, agent, revision);
    return snapshot.revision === revision ? snapshot : undefined;
  }

  private async newest(manager: EntityManager, tenant: string, agent: string): Promise<Followed> {
    const last = await this.repository.lastRevision(tenant, agent, manager);
    return this.followed(manager, tenant, agent, last);
  }

  /** From the nearest snapshot that this version can read, else from the beginning. */
  private async followed(
    on: DataSource | EntityManager,
    tenant: string,
    agent: string,
    upTo: number,
  ): Promise<Followed> {
    const stored = await this.repository.state(tenant, agent, upTo, on);
    let snapshot = readSnapshot(stored?.snapshot) ?? startSnapshot();
    const isKept = snapshot.revision === upTo;
    while (snapshot.revision < upTo) {
      const page = { after: snapshot.revision, upTo, limit: PAGE };
      const entries = await this.repository.log(tenant, agent, page, on);
      if (entries.length === 0) return { snapshot, isKept };
      snapshot = entries.map(({ entry }) => entry).reduce(follow, snapshot);
    }
    return { snapshot, isKept };
  }

  /** Undefined where the router does not answer now: what was said last holds. */
  private async settings(tenant: string, agent: string): Promise<RoutingOptions | undefined> {
    try {
      return settingsOfAgent(await this.rpc.call(RouterService.method.getAgent, { tenant, name: agent }));
    } catch (error) {
      if (!(error instanceof SwitchyardError && error.retryable)) throw error;
      this.logger.warn(
        { err: error, tenant, agent },
        'How an agent is routed could not be read; what was read last holds',
      );
      return undefined;
    }
  }
}

/** Both were made by the same code, or have been through JSON: keys stand in one order. */
function isSame(one: object, other: object): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
