import { Module, type DynamicModule } from '@nestjs/common';
import { AgentsModule } from './agents/agents.module.js';
import { ApprovalsModule } from './approvals/approvals.module.js';
import { BackendsModule } from './backends/backends.module.js';
import { BudgetsModule } from './budgets/budgets.module.js';
import { BundleModule } from './bundle/bundle.module.js';
import { ChildrenModule } from './children/children.module.js';
import { DeadLettersModule } from './dead-letters/dead-letters.module.js';
import { DispatchModule } from './dispatch/dispatch.module.js';
import { ForksModule } from './forks/forks.module.js';
import { KeysModule } from './keys/keys.module.js';
import { PoliciesModule } from './policies/policies.module.js';
import { RedrivesModule } from './redrives/redrives.module.js';
import { ReplayModule } from './replay/replay.module.js';
import { RetentionModule } from './retention/retention.module.js';
import { RolloutsModule } from './rollouts/rollouts.module.js';
import { RunsModule } from './runs/runs.module.js';
import { SchedulesModule } from './schedules/schedules.module.js';
import { TasksModule } from './tasks/tasks.module.js';

@Module({})
export class RouterModule {
  static create(): DynamicModule {
    return {
      module: RouterModule,
      imports: [
        AgentsModule,
        BackendsModule,
        BudgetsModule,
        BundleModule,
        KeysModule,
        DispatchModule,
        TasksModule,
        RunsModule,
        ApprovalsModule,
        PoliciesModule,
        RolloutsModule,
        ForksModule,
        ReplayModule,
        ChildrenModule,
        DeadLettersModule,
        RedrivesModule,
        SchedulesModule,
        RetentionModule,
      ],
    };
  }
}
