import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '@switchyard/config';
import { CONFIG, LOGGER } from '@switchyard/service';
import { metrics, type Logger } from '@switchyard/telemetry';
import { NOW, type Now } from '../now.js';
import { ConsolidateService } from './consolidate.service.js';
import { RoundsRepository, type ChangedScope } from './rounds.repository.js';

/** A replica that dies leaves its scope to the others after so long. */
const CLAIM_MS = 600_000;

/** Makes the summaries of scopes that have changed, some a round, each scope by one replica at a time. */
@Injectable()
export class RoundsService {
  private readonly summaries = metrics.counter(
    'switchyard_memory_summaries_total',
    'Summaries that rounds have made, by what became of them.',
    ['outcome'],
  );

  constructor(
    @Inject(RoundsRepository) private readonly repository: RoundsRepository,
    @Inject(ConsolidateService) private readonly consolidation: ConsolidateService,
    @Inject(CONFIG)
    private readonly config: { readonly memory: Pick<Config['memory'], 'consolidation' | 'consolidationSummaries'> },
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(NOW) private readonly now: Now,
  ) {}

  /**
   * What is beyond the bound is left to the next round, and so is a scope that could not be looked at: it waits behind the
   * others.
   *
   * @returns how many summaries were made
   */
  async round(signal?: AbortSignal): Promise<number> {
    const { consolidation, consolidationSummaries } = this.config.memory;
    if (consolidation === 'off') return 0;
    let [left, made] = [consolidationSummaries, 0];
    for (const changed of await this.repository.changed(consolidation === 'all', this.now())) {
      if (left <= 0 || signal?.aborted) break;
      const looked = await this.look(changed, left, signal);
      left -= looked.asked;
      made += looked.made;
    }
    return made;
  }

  private async look(
    changed: ChangedScope,
    limit: number,
    signal?: AbortSignal,
  ): Promise<{ asked: number; made: number }> {
    const until = new Date(this.now().getTime() + CLAIM_MS);
    if (!(await this.repository.claim(changed, until, this.now()))) return { asked: 0, made: 0 };
    let complete = false;
    try {
      const looked = await this.consolidation.look(changed.scope, limit, signal);
      complete = looked.complete;
      this.summaries.inc({ outcome: 'made' }, looked.made.length);
      this.summaries.inc({ outcome: 'not made' }, looked.asked - looked.made.length);
      return { asked: looked.asked, made: looked.made.length };
    } catch (error) {
      // One scope that fails, for its summariser or its facts, keeps nobody else's from being made.
      this.logger.warn(
        { err: error, tenant: changed.scope.tenant, scope: changed.id },
        'A scope could not be summarised',
      );
      return { asked: 1, made: 0 };
    } finally {
      await this.repository.release(changed, until, complete, this.now());
    }
  }
}
