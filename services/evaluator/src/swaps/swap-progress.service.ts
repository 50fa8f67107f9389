import { Inject, Injectable } from '@nestjs/common';
import { SwitchyardError } from '@switchyard/contracts';
import { LOGGER } from '@switchyard/service';
import type { Logger } from '@switchyard/telemetry';
import { NOW, type Now } from '../now.js';
import { nextAct, type Act, type SwapFacts } from './next-act.js';
import { SwapActs } from './swap-acts.service.js';
import { SwapFactsService } from './swap-facts.service.js';
import type { Swap } from './swap.js';
import { SwapRepository } from './swap.repository.js';

/** Acts that one look does at most: more than there are states, so that nothing turns in circles. */
const MAX_ACTS = 20;

/** Moves swaps on: looks at the facts, decides, acts, records; and again, until there is something to wait for. Safe in any number of replicas. */
@Injectable()
export class SwapProgress {
  constructor(
    @Inject(SwapRepository) private readonly swaps: SwapRepository,
    @Inject(SwapFactsService) private readonly facts: SwapFactsService,
    @Inject(SwapActs) private readonly acts: SwapActs,
    @Inject(NOW) private readonly now: Now,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** @throws SwitchyardError what is retryable; what is not ends the swap with it */
  async advance(tenant: string, id: string): Promise<void> {
    for (let acts = 0; acts < MAX_ACTS; acts += 1) {
      const swap = await this.swaps.find(tenant, id);
      if (swap?.endedAt !== null) return;
      const facts = await this.facts.of(swap);
      const act = nextAct(swap, facts);
      if (act.do === 'wait') return;
      await this.perform(act, swap, facts);
    }
  }

  private async perform(act: Exclude<Act, { do: 'wait' }>, swap: Swap, facts: SwapFacts): Promise<void> {
    try {
      const done = await this.acts.perform(act, swap, facts);
      // Where somebody else recorded a step meanwhile, it is looked at again: what was done here does no harm twice.
      if (done) await this.swaps.record(swap, done.change, { ...done.step, at: this.now() });
    } catch (error) {
      if (!(error instanceof SwitchyardError) || error.retryable || act.do === 'end') throw error;
      await this.giveUp(act, swap, facts, error);
    }
  }

  /** What would fail again and again ends the swap, with the reason. */
  private async giveUp(act: Act, swap: Swap, facts: SwapFacts, error: SwitchyardError): Promise<void> {
    this.logger.warn({ err: error, swap: swap.id, act: act.do }, 'A swap cannot go on');
    const status = error.code === 'backend.not_found' ? 'refused' : 'stopped';
    const end = { do: 'end', status, reason: `${error.message} (${error.code})` } as const;
    const done = await this.acts.perform(end, swap, facts);
    if (done) await this.swaps.record(swap, done.change, { ...done.step, at: this.now() });
  }
}
