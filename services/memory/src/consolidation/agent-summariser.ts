import type { AskNowService } from '../derivations/ask-now.service.js';
import type { Group } from './groups.js';
import { readSummary } from './summaries-answer.js';
import type { Summariser, Written } from './summariser.js';

/** How long one summary is waited for, in milliseconds. */
const TIMEOUT_MS = 30_000;

/** Gives the summariser of an agent. */
export type SummariserOf = (whose: { tenant: string; agent: string }) => Summariser;

export const SUMMARISER_OF = Symbol('memory.summariser-of');

/**
 * An agent writes the summaries. Each rests on all facts that the agent was told, also on those that it does not name: with
 * any of them its words may have to go.
 */
export class AgentSummariser implements Summariser {
  constructor(
    private readonly asks: Pick<AskNowService, 'ask'>,
    private readonly whose: { tenant: string; agent: string },
  ) {}

  /** @throws SwitchyardError as `AskNowService.ask` */
  async summarise(group: Group): Promise<Written> {
    const { answer: text, runId } = await this.asks.ask({
      ...this.whose,
      kind: 'summary',
      input: { facts: group.sources.map((source) => inputOf(group.owner, source)) },
      read: (output) => readSummary(output, group),
      timeoutMs: TIMEOUT_MS,
    });
    return { text, agent: this.whose.agent, runId };
  }
}

function inputOf(about: string, { id, text, state, validFrom }: Group['sources'][number]) {
  return { id, about, statement: text, holds: state === 'current', since: validFrom.toISOString() };
}
