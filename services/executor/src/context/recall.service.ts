import { Inject, Injectable } from '@nestjs/common';
import { RpcClient } from '@switchyard/bus';
import type { Config } from '@switchyard/config';
import { MemoryService, toErrorInfo, type AgentVersion } from '@switchyard/contracts';
import type { RunEventBodyInit, RunState } from '@switchyard/journal';
import { CONFIG, LOGGER } from '@switchyard/service';
import { metrics, type Logger } from '@switchyard/telemetry';
import { recalledMessage } from './recalled-context.js';

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

  /** The event that brings the memories in, or says why they are missing; undefined where there are none, or none are wanted. */
  async recall(state: RunState, agent: AgentVersion): Promise<RunEventBodyInit | undefined> {
    const policy = agent.definition?.memory;
    if (policy?.recall === false) return undefined;
    const { tenant, user, thread } = state;
    const input = typeof state.input === 'string' ? state.input : JSON.stringify(state.input);
    const request = {
      scope: { tenant, agent: state.agent, user, thread },
      query: input.slice(0, QUERY_LENGTH),
      limit: policy?.limit ?? 0,
      budgetTokens: policy?.budgetTokens || BUDGET_TOKENS,
      minTrust: policy?.minTrust ?? '',
      // What the run says back of it is then no new evidence.
      runId: state.runId,
    };
    try {
      const { memories } = await this.rpc.call(MemoryService.method.recall, request, {
        timeoutMs: this.config.executor.recallMs,
      });
      const message = recalledMessage(memories);
      if (!message) return undefined;
      const references = memories.flatMap(({ memory }) => (memory ? [memory.id] : []));
      return { case: 'inputAppended', value: { source: 'memory', messages: [message], references } };
    } catch (error) {
      // Remembering helps a run; that it cannot must not stop one, nor stay hidden in a log.
      metrics.counter('switchyard_executor_recall_failures_total', 'Runs that began without their memories.').inc();
      this.logger.warn({ err: error, run: state.runId }, 'Memory does not answer; the run goes on without');
      return { case: 'inputAppended', value: { source: 'memory', error: toErrorInfo(error) } };
    }
  }
}
