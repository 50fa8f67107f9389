import { Controller, Inject } from '@nestjs/common';
import { Rpc } from '@switchyard/bus';
import { EvaluatorService, SwitchyardError, type SurvivalQuery } from '@switchyard/contracts';
import { DriftRepository } from '../drift/drift.repository.js';
import { NOW, type Now } from '../now.js';
import { EndsRepository } from './ends.repository.js';
import { endedByDrift, type BackendChange } from './drift-ends.js';
import { livesOf } from './lives.js';
import { survivalReport, type GroupBy, type Unit } from './survival-report.js';
import { UsageRepository } from './usage.repository.js';

const DAY_MS = 86_400_000;
const QUIET_DAYS = 1;

/** `<prefix>.rpc.evaluator.get_survival` */
@Controller()
export class SurvivalController {
  constructor(
    @Inject(UsageRepository) private readonly usage: UsageRepository,
    @Inject(EndsRepository) private readonly ends: EndsRepository,
    @Inject(DriftRepository) private readonly drift: DriftRepository,
    @Inject(NOW) private readonly now: Now,
  ) {}

  /** @throws SwitchyardError `survival.invalid` */
  @Rpc(EvaluatorService.method.getSurvival)
  async getSurvival({ tenant, agent, taskClass, by, unit, quietDays }: SurvivalQuery) {
    const quietMs = (quietDays || QUIET_DAYS) * DAY_MS;
    if (!(quietMs > 0 && Number.isFinite(quietMs)))
      throw new SwitchyardError(
        'survival.invalid',
        `A configuration cannot be quiet for ${quietDays} days. Give a number above 0, or leave it out for ${QUIET_DAYS}.`,
      );
    const now = this.now();
    const [usages, ends, changes] = await Promise.all([
      this.usage.of(tenant, agent, taskClass),
      this.ends.of(tenant, agent),
      this.changes(tenant),
    ]);
    const lives = endedByDrift(livesOf(usages, now, quietMs, ends), changes);
    return survivalReport(lives, { by: groupBy(by), unit: unitOf(unit), now });
  }

  private async changes(tenant: string): Promise<BackendChange[]> {
    const found = await this.drift.changes(tenant);
    return found.map(({ changed_after: after, changed_before: at, ...change }) => ({ ...change, after, at }));
  }
}

/** The contract lets nothing else pass. */
function groupBy(by: string): GroupBy {
  return by === 'agent' || by === 'backend' ? by : 'all';
}

function unitOf(unit: string): Unit {
  return unit === 'runs' ? unit : 'days';
}
