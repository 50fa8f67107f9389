import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { fromValue, SwitchyardError, type Run } from '@switchyard/contracts';
import { metrics } from '@switchyard/telemetry';
import { NOW, type Now } from '../now.js';
import { asTenant } from '../persistence/as-tenant.js';
import { AskerService, costOf } from './asker.service.js';
import type { Derivation } from './derivation.js';
import { DerivationRepository } from './derivation.repository.js';
import { readFactsAnswer } from './facts-answer.js';
import { FactsAskRepository } from './facts-ask.repository.js';
import { SaveFactsService } from './save-facts.service.js';

/** Takes the answers of agents that were asked for facts: each once, and only what may be taken. */
@Injectable()
export class SettleService {
  private readonly facts = metrics.counter('switchyard_memory_answered_facts_total', 'Facts that agents found.', [
    'outcome',
  ]);

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(DerivationRepository) private readonly derivations: DerivationRepository,
    @Inject(FactsAskRepository) private readonly asked: FactsAskRepository,
    @Inject(SaveFactsService) private readonly saver: SaveFactsService,
    @Inject(AskerService) private readonly asker: AskerService,
    @Inject(NOW) private readonly now: Now,
  ) {}

  /**
   * The facts and the end of the ask are one transaction: whatever comes again changes nothing.
   *
   * @returns whether the run has ended
   * @throws SwitchyardError `database.…`, `rpc.…`; `memory.evidence.invalid` where an episode was withdrawn in this moment: again
   */
  async settle(derivation: Derivation): Promise<boolean> {
    const run = await this.find(derivation);
    if (run === undefined) return false;
    if (run === 'gone') await this.failed(derivation, 'Its run has been deleted before its answer was taken.');
    else if (run.status === 'completed') await this.take(derivation, run);
    else await this.failed(derivation, run.error?.message || `Its run was ${run.status}.`, costOf(run));
    return true;
  }

  failed(derivation: Derivation, problem: string, costUsd = 0): Promise<void> {
    const end = { status: 'failed', costUsd, dropped: 0, problem } as const;
    return this.derivations.endNow(derivation, end, this.now());
  }

  /** There is nothing left to ask about. */
  nothing(derivation: Derivation): Promise<void> {
    return this.derivations.endNow(derivation, { status: 'done', costUsd: 0, dropped: 0, problem: '' }, this.now());
  }

  private async find({ tenant, runId }: Derivation): Promise<Run | 'gone' | undefined> {
    try {
      return await this.asker.ended(tenant, runId);
    } catch (error) {
      if (error instanceof SwitchyardError && /^(run|payload)\.not_found$/.test(error.code)) return 'gone';
      throw error;
    }
  }

  private async take(derivation: Derivation, run: Run): Promise<void> {
    const { tenant, known } = derivation;
    const costUsd = costOf(run);
    await asTenant(this.dataSource, tenant, async (manager) => {
      if (!(await this.derivations.isOpen(manager, derivation))) return;
      const given = await this.asked.given(manager, derivation.episodes);
      const answer = readFactsAnswer(run.output ? fromValue(run.output) : null, given, known);
      if (!answer) {
        const problem = `The answer of run "${run.runId}" is not { facts: […] }. Give the agent the result_schema of examples/memory-facts.yaml.`;
        return this.derivations.end(
          manager,
          derivation,
          { status: 'failed', costUsd, dropped: 0, problem },
          this.now(),
        );
      }
      await this.saver.save(manager, derivation, run, answer.facts);
      this.facts.inc({ outcome: 'taken' }, answer.facts.length);
      this.facts.inc({ outcome: 'dropped' }, answer.dropped);
      const { dropped } = answer;
      await this.derivations.end(manager, derivation, { status: 'done', costUsd, dropped, problem: '' }, this.now());
    });
  }
}
