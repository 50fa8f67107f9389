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
import { AgentsRepository, type AgentVersionRow } from './agents.repository.js';
import { readDefinition, type ReadDefinition } from './read-definition.js';
import { ToolCheckService } from './tool-check.service.js';

export type ApplyOutcome = 'created' | 'updated' | 'unchanged';

/** Part of a list, long texts shortened. */
export interface AgentPage {
  agents: AgentVersion[];
  more: boolean;
}

const MAX_LISTED = 200;
/** Above the number of any version. */
const NO_NUMBER = 2_147_483_647;

export interface ApplyResult {
  row: AgentVersionRow;
  outcome: ApplyOutcome;
  changes: Change[];
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
   * Makes a definition the agent's current version.
   *
   * @throws SwitchyardError `agent.invalid`, `tool.not_found`, `backend.not_found`; retryable
   *   when the tools could not be checked
   */
  async apply(tenant: string, written: JsonObject): Promise<ApplyResult> {
    const read = readDefinition(written);
    const current = await this.repository.current(tenant, read.definition.name);
    if (current?.version === read.version) return { row: current, outcome: 'unchanged', changes: [] };
    await this.checkReferences(tenant, read);
    const { row, before } = await this.repository.apply(tenant, read);
    if (before?.version === row.version) return { row, outcome: 'unchanged', changes: [] };
    return {
      row,
      outcome: before ? 'updated' : 'created',
      changes: fieldChanges(before?.definition ?? {}, row.definition),
    };
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

  /** What a new run of the agent executes. @throws SwitchyardError `agent.not_found` */
  async current(tenant: string, name: string): Promise<{ version: string; definition: AgentDefinition }> {
    const { version, definition } = await this.get(tenant, name);
    return { version, definition: fromStore(AgentDefinitionSchema, definition) };
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

  private async checkReferences(tenant: string, { definition }: ReadDefinition): Promise<void> {
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

function pageOf(rows: readonly AgentVersionRow[], most: number): AgentPage {
  const agents = thatFit(rows.slice(0, most).map(listedAgent), bytesOf(AgentVersionSchema));
  return { agents, more: agents.length < rows.length };
}
