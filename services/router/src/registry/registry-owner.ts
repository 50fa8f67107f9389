import { linePartsEntity, type DatabaseOwner } from '@switchyard/persistence';
import { AgentVersionEntity } from '../agents/agent-version.entity.js';
import { AgentEntity } from '../agents/agent.entity.js';
import { BackendEntity } from '../backends/backend.entity.js';
import { AddBundles1797060000000 } from '../bundle/add-bundles.migration.js';
import { BundleImportEntity } from '../bundle/bundle-import.entity.js';
import { ApiKeyEntity } from '../keys/api-key.entity.js';
import { AddRedrives1795748400000 } from '../redrives/add-redrives.migration.js';
import { CreatePolicies1796500000000 } from '../policies/create-policies.migration.js';
import { PolicyEntity } from '../policies/policy.entity.js';
import { RedriveEntity } from '../redrives/redrive.entity.js';
import { CreateRollouts1797000000000 } from '../rollouts/create-rollouts.migration.js';
import { RolloutEntity } from '../rollouts/rollout.entity.js';
import { ScheduleEntity } from '../schedules/schedule.entity.js';
import { TaskEntity } from '../tasks/task.entity.js';
import { AddBackendLimits1795748400000 } from './add-backend-limits.migration.js';
import { AddAdmission1795827600000 } from './add-admission.migration.js';
import { AddTaskControl1795741200000 } from './add-task-control.migration.js';
import { AddTaskLooks1795744800000 } from './add-task-looks.migration.js';
import { CreateSchedules1795752000000 } from './create-schedules.migration.js';
import { CreateRegistry1763856000000 } from './create-registry.migration.js';

/**
 * The schema `registry`: agents, backends, keys, tasks, policies, rollouts, which dead letters were redriven, and which bundles were
 * imported. No other service reads or writes it.
 */
export const registryOwner: DatabaseOwner = {
  schema: 'registry',
  entities: [
    AgentEntity,
    AgentVersionEntity,
    BackendEntity,
    ApiKeyEntity,
    TaskEntity,
    RedriveEntity,
    ScheduleEntity,
    PolicyEntity,
    RolloutEntity,
    BundleImportEntity,
    linePartsEntity('registry'),
  ],
  migrations: [
    CreateRegistry1763856000000,
    AddTaskControl1795741200000,
    AddTaskLooks1795744800000,
    AddRedrives1795748400000,
    AddBackendLimits1795748400000,
    CreateSchedules1795752000000,
    AddAdmission1795827600000,
    CreatePolicies1796500000000,
    CreateRollouts1797000000000,
    AddBundles1797060000000,
  ],
};
