import { linePartsEntity, type DatabaseOwner } from '@switchyard/persistence';
import { AddBundleParts1797060100000 } from './bundle/add-bundle-parts-1797060100000.js';
import { CallEntity } from './calls/call.entity.js';
import { ToolHostEntity } from './calls/tool-host.entity.js';
import { BuiltinToolEntity } from './pools/builtin-tool.entity.js';
import { DecisionEntity } from './effects/decision.entity.js';
import { ToolCacheEntity, ToolLeaseEntity, ToolRateEntity } from './limits/limits.entities.js';
import { ServerLoginEntity } from './mcp/auth/server-login.entity.js';
import { SecretEntity } from './secrets/secret.entity.js';
import { QuestionEntity } from './questions/question.entity.js';
import { ServerLogEntity } from './servers/server-log.entity.js';
import { KeptResultEntity } from './results/kept-result.entity.js';
import { ToolServerEntity } from './servers/tool-server.entity.js';
import { ToolSettingsEntity } from './settings/tool-settings.entity.js';
import { ToolVersionEntity } from './versions/tool-version.entity.js';
import { AddBuiltinTools1796600000000 } from './migrations/add-builtin-tools-1796600000000.js';
import { AddSecrets1796300000000 } from './migrations/add-secrets-1796300000000.js';
import { AddDecisions1795824000000 } from './migrations/add-decisions-1795824000000.js';
import { AddToolSettings1796086800000 } from './migrations/add-tool-settings-1796086800000.js';
import { AddToolVersions1796083200000 } from './migrations/add-tool-versions-1796083200000.js';
import { AddQuestions1796700000002 } from './migrations/add-questions-1796700000002.js';
import { AddToolServerLogs1796700000001 } from './migrations/add-tool-server-logs-1796700000001.js';
import { AddToolServerLogins1796700000000 } from './migrations/add-tool-server-logins-1796700000000.js';
import { AddKeptResults1796400000000 } from './migrations/add-kept-results-1796400000000.js';
import { CreateEffects1795000000000 } from './migrations/create-effects-1795000000000.js';

/** The schema `effects` belongs to the tool host alone. */
export const effectsOwner: DatabaseOwner = {
  schema: 'effects',
  entities: [
    CallEntity,
    ToolHostEntity,
    ToolServerEntity,
    DecisionEntity,
    ToolVersionEntity,
    ToolSettingsEntity,
    ToolLeaseEntity,
    ToolRateEntity,
    ToolCacheEntity,
    KeptResultEntity,
    BuiltinToolEntity,
    ServerLoginEntity,
    SecretEntity,
    ServerLogEntity,
    QuestionEntity,
    linePartsEntity('effects'),
  ],
  migrations: [
    CreateEffects1795000000000,
    AddDecisions1795824000000,
    AddToolVersions1796083200000,
    AddToolSettings1796086800000,
    AddBuiltinTools1796600000000,
    AddKeptResults1796400000000,
    AddToolServerLogins1796700000000,
    AddSecrets1796300000000,
    AddToolServerLogs1796700000001,
    AddQuestions1796700000002,
    AddBundleParts1797060100000,
  ],
};
