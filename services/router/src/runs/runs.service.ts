import { Inject, Injectable } from '@nestjs/common';
import { thatFit } from '@switchyard/bus';
import {
  RunEventSchema,
  RunSchema,
  SwitchyardError,
  type CancelRequest,
  type ListRunsQuery,
  type Run,
  type RunTree,
  type RunEvent,
  didYouMean,
} from '@switchyard/contracts';
import { JournalStore, RunTrees, type RunRecord } from '@switchyard/journal';
import { bytesOf } from '../shared/bytes-of.js';
import { runNotFound } from './run-errors.js';
import { listedRun } from './run-message.js';
import { Canceller } from '../dispatch/canceller.service.js';
import { DispatchService } from '../dispatch/dispatch.service.js';
import { RunTreeService } from '../dispatch/run-tree.service.js';
import { treeMessage } from './tree-message.js';

const STATUSES: readonly string[] = ['queued', 'running', 'waiting', 'completed', 'failed', 'cancelled'];
const MAX_RUNS = 200;
const DEFAULT_RUNS = 50;
/** Runs of a tree that are shown. */
const MAX_TREE = 1_000;
const MAX_EVENTS = 1_000;
/** Bytes of an input and an output that stand in a reply although they are stored apart; NATS carries 1 MiB by default. */
const MOST_VALUE_BYTES = 400_000;

/** What is known of runs, and their cancelling. */
@Injectable()
export class RunsService {
  constructor(
    @Inject(JournalStore) private readonly journal: JournalStore,
    @Inject(DispatchService) private readonly dispatcher: DispatchService,
    @Inject(Canceller) private readonly canceller: Canceller,
    @Inject(RunTreeService) private readonly trees: RunTreeService,
    @Inject(RunTrees) private readonly related: RunTrees,
  ) {}

  /** @throws SwitchyardError `run.not_found`, also where it is another tenant's */
  async get(tenant: string, runId: string): Promise<RunRecord> {
    const record = await this.journal.findRun(runId);
    if (record?.tenant === tenant) return this.journal.withValues(record, MOST_VALUE_BYTES);
    throw runNotFound(runId);
  }

  /** Newest first. @throws SwitchyardError `contract.invalid` for a status that there is not */
  async list(query: ListRunsQuery): Promise<{ runs: Run[]; more: boolean }> {
    const { tenant, agent, status, thread, before, parent } = query;
    if (status !== '' && !STATUSES.includes(status)) throw unknownStatus(status);
    const limit = Math.min(query.limit || DEFAULT_RUNS, MAX_RUNS);
    const found = await this.journal.listRuns({ tenant, agent, status, thread, before, parent, limit: limit + 1 });
    const runs = thatFit(found.slice(0, limit).map(listedRun), bytesOf(RunSchema));
    return { runs, more: runs.length < found.length };
  }

  /** A run and all below it. @throws SwitchyardError `run.not_found` */
  async tree(tenant: string, runId: string): Promise<RunTree> {
    await this.get(tenant, runId);
    const found = await this.related.treeOf(runId, MAX_TREE + 1);
    return treeMessage(found.slice(0, MAX_TREE), found.length > MAX_TREE);
  }

  /** Events after `afterSeq`, in order. @throws SwitchyardError `run.not_found` */
  async events(
    tenant: string,
    runId: string,
    afterSeq: number,
    limit: number,
  ): Promise<{ events: RunEvent[]; more: boolean }> {
    await this.get(tenant, runId);
    const most = Math.min(limit || MAX_EVENTS, MAX_EVENTS);
    const found = await this.journal.loadAfter(runId, afterSeq, most + 1);
    const events = thatFit(found.slice(0, most), bytesOf(RunEventSchema));
    return { events, more: events.length < found.length };
  }

  /**
   * Ends a run, and what its calls have started. Once this resolves the journals take nothing more of them; what is under
   * way is told to stop.
   *
   * @throws SwitchyardError `run.not_found`, `run.already_ended`
   */
  async cancel(request: CancelRequest): Promise<RunRecord> {
    const { tenant, runId } = request;
    const { state } = await this.canceller.cancel(request);
    // Whoever hears of the end does the same; here the caller may count on it when the answer comes.
    const calls = state.openCalls.some(({ kind }) => kind === 'agent' || kind === 'handoff');
    if (calls) await this.dispatcher.later(runId, this.trees.cancelBelow(tenant, runId));
    return this.get(tenant, runId);
  }
}

function unknownStatus(status: string): SwitchyardError {
  const text = `ListRunsQuery.status is "${status.slice(0, 64)}"; it may be ${STATUSES.join(', ')}.${didYouMean(status, STATUSES)}`;
  return new SwitchyardError('contract.invalid', text, { details: { field: 'status' } });
}
