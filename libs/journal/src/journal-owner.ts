import type { DatabaseOwner } from '@switchyard/persistence';
import { AddArchives1795842000000 } from './archive/add-archives.migration.js';
import { ArchiveEntity } from './archive/archive.entity.js';
import { AddBudgets1795741200000 } from './budgets/add-budgets.migration.js';
import { BudgetEntity } from './budgets/budget.entity.js';
import { ReservationEntity } from './budgets/reservation.entity.js';
import { AddRates1795748400000 } from './rates/add-rates.migration.js';
import { RateEntity } from './rates/rate.entity.js';
import { AddPayloads1795752000000 } from './store/add-payloads.migration.js';
import { EventEntity } from './store/event.entity.js';
import { AddApprovals1795744800000 } from './store/add-approvals.migration.js';
import { AddFailedRuns1795748400000 } from './store/add-failed-runs.migration.js';
import { AddDurability1795737600000 } from './store/add-durability.migration.js';
import { AddSnapshots1795748400000 } from './store/add-snapshots.migration.js';
import { AddDecisions1796500000000 } from './store/add-decisions.migration.js';
import { AddHardships1796600000000 } from './store/add-hardships.migration.js';
import { AddRollouts1797000100000 } from './store/add-rollouts.migration.js';
import { AddHandovers1795755600000 } from './store/add-handovers.migration.js';
import { AddRunSwitches1795651200000 } from './store/add-switches.migration.js';
import { CreateJournal1767225600000 } from './store/migrations.js';
import { PayloadEntity, PayloadUseEntity } from './store/payload.entity.js';
import { RunEntity } from './store/run.entity.js';
import { SnapshotEntity } from './store/snapshot.entity.js';

/** The schema `journal`: used by the router and the executor, through this library only. */
export const journalOwner: DatabaseOwner = {
  schema: 'journal',
  entities: [
    EventEntity,
    RunEntity,
    SnapshotEntity,
    PayloadEntity,
    PayloadUseEntity,
    BudgetEntity,
    ReservationEntity,
    RateEntity,
    ArchiveEntity,
  ],
  migrations: [
    CreateJournal1767225600000,
    AddRunSwitches1795651200000,
    AddDurability1795737600000,
    AddBudgets1795741200000,
    AddApprovals1795744800000,
    AddFailedRuns1795748400000,
    AddSnapshots1795748400000,
    AddRates1795748400000,
    AddHandovers1795755600000,
    AddPayloads1795752000000,
    AddArchives1795842000000,
    AddDecisions1796500000000,
    AddHardships1796600000000,
    AddRollouts1797000100000,
  ],
};
