import { Inject, Injectable } from '@nestjs/common';
import { RpcClient } from '@switchyard/bus';
import type { Config } from '@switchyard/config';
import {
  MemoryService,
  toErrorInfo,
  type AgentVersion,
  type MemoryBlock,
  type MemoryPolicy,
  type RecallReply,
} from '@switchyard/contracts';
import type { RunEventBodyInit, RunState } from '@switchyard/journal';
import { CONFIG, LOGGER } from '@switchyard/service';
import { metrics, type Logger } from '@switchyard/telemetry';
import { recalledMessage, workingMemoryMessage } from './recalled-context.js';

/** Characters of the input that are searched for. */
const QUERY_LENGTH = 2_000;
/** Of all memories together, where the agent says nothing: about a page. */
const BUDGET_TOKENS = 1_500;

/** What is remembered for a run, asked before its first turn. */
@Injectable()
export class RecallService {
  constructor(
    @Inject(RpcClient) private readonly rpc: RpcClient,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * The event that brings in what is remembered and the thread's working memory, or says why it is missing, or may not be all;
   * undefined where there is nothing, or nothing is wanted.
   */
  async recall(state: RunState, agent: AgentVersion): Promise<RunEventBodyInit | undefined> {
    const policy = agent.definition?.memory;
    const [memories, block] = await Promise.allSettled([
      policy?.recall === false || isAskedByMemory(state) ? undefined : this.memories(state, policy),
      policy?.workingMemory && state.thread !== '' ? this.block(state) : undefined,
    ]);
    const recalled = memories.status === 'fulfilled' ? memories.value : undefined;
    const found = recalled?.memories ?? [];
    const degraded = recalled?.degraded ? [recalled.degraded] : [];
    const notes = block.status === 'fulfilled' ? block.value : undefined;
    const messages = [recalledMessage(found), notes && workingMemoryMessage(notes)].filter(
      (message) => message !== undefined,
    );
    const failed = [memories, block].find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') this.tell(state, failed.reason);
    else if (messages.length + degraded.length === 0) return undefined;
    const references = found.flatMap(({ memory }) => (memory ? [memory.id] : []));
    const error = failed?.status === 'rejected' ? { error: toErrorInfo(failed.reason) } : {};
    return { case: 'inputAppended', value: { source: 'memory', messages, references, degraded, ...error } };
  }

  /** Remembering helps a run; that it cannot must not stop one, nor stay hidden in a log. */
  private tell({ runId }: RunState, error: unknown): void {
    metrics.counter('switchyard_executor_recall_failures_total', 'Runs that began without their memories.').inc();
    this.logger.warn({ err: error, run: runId }, 'Memory does not answer; the run goes on without');
  }

  private async memories(state: RunState, policy: MemoryPolicy | undefined): Promise<RecallReply> {
    const { tenant, user, thread } = state;
    const input = typeof state.input === 'string' ? state.input : JSON.stringify(state.input);
    const request = {
      scope: { tenant, agent: state.agent, user, thread },
      query: input.slice(0, QUERY_LENGTH),
      limit: policy?.limit ?? 0,
      budgetTokens: policy?.budgetTokens || BUDGET_TOKENS,
      minTrust: policy?.minTrust ?? '',
      rerank: policy?.rerank ?? '',
      scopes: policy?.scopes ?? [],
      // What the run says back of it is then no new evidence.
      runId: state.runId,
    };
    return this.rpc.call(MemoryService.method.recall, request, this.options());
  }

  /** Of the user too, so that it goes when the user is erased. */
  private block({ tenant, agent, user, thread }: RunState): Promise<MemoryBlock> {
    return this.rpc.call(MemoryService.method.getBlock, { scope: { tenant, agent, user, thread } }, this.options());
  }

  private options() {
    return { timeoutMs: this.config.executor.recallMs };
  }
}

/** Such a run is told all that it needs, and its own recall could be what asks for it. */
function isAskedByMemory({ metadata }: RunState): boolean {
  return 'switchyard.memory' in metadata;
}
