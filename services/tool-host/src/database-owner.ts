import type { DatabaseOwner } from '@switchyard/persistence';
import { CallEntity } from './calls/call.entity.js';
import { ToolHostEntity } from './calls/tool-host.entity.js';
import { DecisionEntity } from './effects/decision.entity.js';
import { ToolServerEntity } from './servers/tool-server.entity.js';
import { AddDecisions1795824000000 } from './migrations/add-decisions-1795824000000.js';
import { CreateEffects1795000000000 } from './migrations/create-effects-1795000000000.js';

/** The schema `effects` belongs to the tool host alone. */
export const effectsOwner: DatabaseOwner = {
  schema: 'effects',
  entities: [CallEntity, ToolHostEntity, ToolServerEntity, DecisionEntity],
  migrations: [CreateEffects1795000000000, AddDecisions1795824000000],
};
