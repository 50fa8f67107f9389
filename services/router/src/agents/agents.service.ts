import { Inject, Injectable } from '@nestjs/common';
import { thatFit } from '@switchyard/bus';
import {
  AgentDefinitionSchema,
  AgentVersionSchema,
  fromStore,
  SwitchyardError,
  type AgentDefinition,
  type AgentQuery,
  type AgentVersion,
  type JsonObject,
  type TenantQuery,
  didYouMean,
} from '@switchyard/contracts';
import { BackendsRepository } from '../backends/backends.repository.js';
import { ANY_BACKEND } from '../backends/next-backend.js';
import { bytesOf } from '../shared/bytes-of.js';
import { fieldChanges, type Change } from '../shared/field-changes.js';
import { AgentCheckService } from './agent-check.service.js';
import { listedAgent } from './agent-message.js';
import { AgentsRepository, type AgentVersionRow, type CurrentAgentRow } from './agents.repository.js';
import { readDefinition, type ReadDefinition } from './read-definition.js';
import { ToolCheckService } from './tool-check.service.js';

export type ApplyOutcome = 'created' | 'updated' | 'unchanged' | 'staged';

/** Part of a list, long texts shortened. */
export interface AgentPage {
  agents: AgentVersion[];
  more: boolean;
}

/** In place of a version: the current one, whatever is rolled out. */
export const CURRENT = 'current';

const MAX_LISTED = 200;
/** Above the number of any version. */
const NO_NUMBER = 2_147_483_647;

export interface ApplyResult {
  row: AgentVersionRow;
  outcome: ApplyOutcome;
  changes: Change[];
}

/** What a new run of an agent executes. */
export interface NewRunAgent {
  version: string;
  definition: AgentDefinition;
  /** What a part of its new runs execute instead. */
  rollout?: AgentRollout;
}

export interface AgentRollout {
  id: string;
  share: number;
  sticky: string;
  /** Absent where it is no longer there. */
  candidate?: { version: string; definition: AgentDefinition };
}

/** Agents and their immutable versions. */
@Injectable()
export class AgentsService {
  constructor(
    @Inject(AgentsRepository) private readonly repository: AgentsRepository,
    @Inject(BackendsRepository) private readonly backends: BackendsRepository,
    @Inject(AgentCheckService) private readonly others: AgentCheckService,
    @Inject(ToolCheckService) private readonly tools: ToolCheckService,
  ) {}

  /**
   * Makes a definition the agent's current version. A rollout of the agent that is under way ends with it.
   *
   * @param actor "user:<name>"; empty where nobody says
   * @throws SwitchyardError `agent.invalid`, `tool.not_found`, `backend.not_found`; retryable
   *   when the tools could not be checked
   */
  async apply(tenant: string, written: JsonObject, actor = ''): Promise<ApplyResult> {
    const read = readDefinition(written);
    const current = await this.repository.current(tenant, read.definition.name);
    if (current?.version === read.version) return { row: current, outcome: 'unchanged', changes: [] };
    await this.checkReferences(tenant, read);
    const { row, before } = await this.repository.apply(tenant, read, actor);
    if (before?.version === row.version) return { row, outcome: 'unchanged', changes: [] };
    return {
      row,
      outcome: before ? 'updated' : 'created',
      changes: fieldChanges(before?.definition ?? {}, row.definition),
    };
  }

  /**
   * Keeps a definition as a version that is not the current one, for tasks and rollouts that name it.
   *
   * @throws SwitchyardError as `apply`; `agent.not_found` where there is no agent that it would be a version of
   */
  async stage(tenant: string, written: JsonObject): Promise<ApplyResult> {
    const read = readDefinition(written);
    const { name } = read.definition;
    const current = await this.repository.current(tenant, name);
    if (!current) throw await this.nothingToStageBeside(tenant, name);
    if (current.version === read.version) return { row: current, outcome: 'unchanged', changes: [] };
    await this.checkReferences(tenant, read);
    const staged = await this.repository.stage(tenant, read);
    if (!staged) throw await this.nothingToStageBeside(tenant, name);
    const { row, before } = staged;
    if (row.is_current) return { row, outcome: 'unchanged', changes: [] };
    return { row, outcome: 'staged', changes: fieldChanges(before?.definition ?? {}, row.definition) };
  }

  /** @throws SwitchyardError as `apply`, where what the version names is no longer there */
  async checkVersion(tenant: string, { definition }: Pick<AgentVersionRow, 'definition'>): Promise<void> {
    await this.checkReferences(tenant, { definition: fromStore(AgentDefinitionSchema, definition) });
  }

  /** What applying this definition would change; nothing is written. */
  async diff(tenant: string, written: JsonObject): Promise<{ from: string; to: string; changes: Change[] }> {
    const read = readDefinition(written);
    const current = await this.repository.current(tenant, read.definition.name);
    return {
      from: current?.version ?? '',
      to: read.version,
      changes: fieldChanges(current?.definition ?? {}, read.json),
    };
  }

  /** By name. */
  async list({ tenant, limit, after }: TenantQuery): Promise<AgentPage> {
    const most = Math.min(limit || MAX_LISTED, MAX_LISTED);
    return pageOf(await this.repository.list(tenant, after, most + 1), most);
  }

  /** Newest first. @throws SwitchyardError `agent.not_found` */
  async versions({ tenant, name, before }: AgentQuery): Promise<AgentPage> {
    const rows = await this.repository.versions(tenant, name, before || NO_NUMBER, MAX_LISTED + 1);
    if (rows.length === 0 && before === 0) throw await this.unknownAgent(tenant, name);
    return pageOf(rows, MAX_LISTED);
  }

  /**
   * What a new run of the agent executes, with what is rolled out; where a version is named, that one, and nothing else.
   *
   * @param version as `get` takes it, or "current"
   * @throws SwitchyardError `agent.not_found`, `agent.version_ambiguous`
   */
  async forNewRun(tenant: string, name: string, version = ''): Promise<NewRunAgent> {
    if (version !== '') return newRunAgent(await this.get(tenant, name, version === CURRENT ? '' : version));
    const row = await this.repository.current(tenant, name);
    if (!row) throw await this.unknownAgent(tenant, name);
    const rollout = rolloutOf(row);
    return { ...newRunAgent(row), ...(rollout ? { rollout } : {}) };
  }

  /**
   * One version: the current one, or by its number ("3"), its content address, or the first digits of that.
   *
   * @throws SwitchyardError `agent.not_found`, `agent.version_ambiguous`
   */
  async get(tenant: string, name: string, version = ''): Promise<AgentVersionRow> {
    const current = await this.repository.current(tenant, name);
    if (!current) throw await this.unknownAgent(tenant, name);
    if (version === '') return current;
    const found = await this.find(tenant, name, version);
    if (found.length > 1) {
      throw new SwitchyardError(
        'agent.version_ambiguous',
        `More than one version of "${name}" begins with "${version}". Give more digits.`,
        {
          details: { agent: name, version },
        },
      );
    }
    const [row] = found;
    if (row) return row;
    throw new SwitchyardError(
      'agent.not_found',
      `The agent "${name}" has no version "${version}"; its current one is number ${current.number}, ${current.version}. List them with "switchyard agents versions ${name}".`,
      { details: { agent: name, version } },
    );
  }

  private find(tenant: string, name: string, version: string): Promise<AgentVersionRow[]> {
    // A number has at most six digits, so that a prefix of seven or more, even all digits, is a hash's.
    if (/^\d{1,6}$/.test(version)) return this.repository.byNumber(tenant, name, Number(version));
    return this.repository.byPrefix(tenant, name, version.startsWith('sha256:') ? version : `sha256:${version}`);
  }

  private async checkReferences(tenant: string, { definition }: Pick<ReadDefinition, 'definition'>): Promise<void> {
    await this.checkBackends(definition);
    await this.others.check(tenant, definition);
    await this.tools.check(tenant, definition.name, definition.tools);
  }

  private async checkBackends({ name, model }: AgentDefinition): Promise<void> {
    const named = [
      { path: 'model.backend', backend: model?.backend ?? '' },
      ...(model?.fallbacks ?? []).map((backend, index) => ({ path: `model.fallbacks.${index}`, backend })),
    ].filter(({ backend }) => backend !== '' && backend !== ANY_BACKEND);
    if (named.length === 0) return;
    const names = await this.backends.names();
    const wrong = named.find(({ backend }) => !names.includes(backend));
    if (!wrong) return;
    const { path, backend } = wrong;
    const known = names.length === 0 ? 'No backend is known yet: apply one first.' : `Known: ${names.join(', ')}.`;
    throw new SwitchyardError(
      'backend.not_found',
      `The agent "${name}" was not applied: ${path} names "${backend}", which does not exist.${didYouMean(backend, names)} ${known}`,
      { details: { path, backend, known: names } },
    );
  }

  private async nothingToStageBeside(tenant: string, name: string): Promise<SwitchyardError> {
    const { message, details } = await this.unknownAgent(tenant, name);
    return new SwitchyardError(
      'agent.not_found',
      `Nothing was staged: a staged version stands beside a current one. ${message}`,
      { details },
    );
  }

  private async unknownAgent(tenant: string, name: string): Promise<SwitchyardError> {
    const names = await this.repository.names(tenant);
    const known =
      names.length === 0
        ? 'None is applied yet: "switchyard agents apply -f agent.yaml".'
        : `Known: ${names.slice(0, 20).join(', ')}.`;
    return new SwitchyardError('agent.not_found', `There is no agent "${name}".${didYouMean(name, names)} ${known}`, {
      details: { agent: name },
    });
  }
}

function newRunAgent({ version, definition }: Pick<AgentVersionRow, 'version' | 'definition'>): NewRunAgent {
  return { version, definition: fromStore(AgentDefinitionSchema, definition) };
}

function rolloutOf(row: CurrentAgentRow): AgentRollout | undefined {
  const { rollout_id: id, share, sticky, candidate_version: version, candidate_definition: definition } = row;
  if (id === null || share === null || sticky === null) return undefined;
  const candidate = version !== null && definition !== null && newRunAgent({ version, definition });
  return { ...{ id, share, sticky }, ...(candidate ? { candidate } : {}) };
}

function pageOf(rows: readonly AgentVersionRow[], most: number): AgentPage {
  const agents = thatFit(rows.slice(0, most).map(listedAgent), bytesOf(AgentVersionSchema));
  return { agents, more: agents.length < rows.length };
}
