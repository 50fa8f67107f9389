import { Inject, Injectable } from '@nestjs/common';
import { create, RetractRequestSchema, type OutcomeComparison, type OutcomeShare } from '@switchyard/contracts';
import { LOGGER } from '@switchyard/service';
import type { Logger } from '@switchyard/telemetry';
import { RetractService } from '../correction/retract.service.js';
import { HarmRepository, LEAST_RUNS } from './harm.repository.js';
import { OutcomesAsker } from './outcomes-asker.js';

/**
 * A summary is looked at in every round for as long as runs are given it, so that each look must be far surer than one in twenty: with
 * a hundred looks, one in ten summaries that do no harm would go for nothing.
 */
const SURE = 0.001;

/** Demotes summaries with which runs go worse, as far as the evaluator's record tells. Whoever does not agree restores them. */
@Injectable()
export class HarmService {
  constructor(
    @Inject(HarmRepository) private readonly repository: HarmRepository,
    @Inject(RetractService) private readonly retractions: RetractService,
    @Inject(OutcomesAsker) private readonly outcomes: Pick<OutcomesAsker, 'compare'>,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** @returns the ids of those that were demoted */
  async round(signal?: AbortSignal): Promise<string[]> {
    const demoted: string[] = [];
    for (const shown of await this.repository.shown()) {
      if (signal?.aborted) break;
      const found = await this.outcomes.compare(shown);
      // Nobody to ask: the next round does.
      if (found === undefined) break;
      if (!doesHarm(found)) continue;
      const { tenant, id } = shown;
      const reason = `runs go worse with it: ${told(found.with)} with it, ${told(found.without)} without, p ${found.pWorse.toExponential(1)}`;
      await this.retractions.retract(
        create(RetractRequestSchema, { tenant, ids: [id], actor: 'evaluator', reason }),
        'demote',
      );
      this.logger.info({ tenant, memory: id, reason }, 'A summary was demoted');
      demoted.push(id);
    }
    return demoted;
  }
}

function doesHarm({ with: one, without: other, pWorse }: OutcomeComparison): boolean {
  return (one?.runs ?? 0) >= LEAST_RUNS && (other?.runs ?? 0) >= LEAST_RUNS && pWorse <= SURE;
}

function told(share: OutcomeShare | undefined): string {
  return `${share?.good ?? 0} of ${share?.runs ?? 0} went well`;
}
