import { Inject, Injectable } from '@nestjs/common';
import { SwitchyardError } from '@switchyard/contracts';
import { LOGGER } from '@switchyard/service';
import type { Logger } from '@switchyard/telemetry';
import { AskNowService } from '../derivations/ask-now.service.js';
import { readOrder } from './order-answer.js';
import type { Candidate, Reranked, Reranker } from './reranker.js';

/** So long a recall waits for it: a run waits for its recall for some seconds more (SWITCHYARD_RECALL_MS). */
const TIMEOUT_MS = 3_000;
/** Characters of a candidate, and of the query, that are told. */
const MAX_TEXT = 2_000;

/** An agent puts what was found into order. */
@Injectable()
export class AgentReranker implements Reranker {
  constructor(
    @Inject(AskNowService) private readonly asks: AskNowService,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async order(
    { tenant, agent, query }: { tenant: string; agent: string; query: string },
    candidates: readonly Candidate[],
  ): Promise<Reranked> {
    const input = {
      query: query.slice(0, MAX_TEXT),
      candidates: candidates.map(({ id, text }) => ({ id, text: text.slice(0, MAX_TEXT) })),
    };
    const ids = candidates.map(({ id }) => id);
    try {
      const read = (output: Parameters<typeof readOrder>[0]) => readOrder(output, ids);
      const question = { tenant, agent, kind: 'rerank', input, read, timeoutMs: TIMEOUT_MS } as const;
      return { order: (await this.asks.ask(question)).answer };
    } catch (error) {
      if (!(error instanceof SwitchyardError))
        this.logger.warn({ err: error, agent }, 'A recall was not put into order');
      const why = error instanceof SwitchyardError ? error.message : 'see the log of the memory service';
      return { without: `Not put into order by agent "${agent}": ${why}` };
    }
  }
}
