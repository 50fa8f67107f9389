import { Inject, Injectable } from '@nestjs/common';
import { RpcClient } from '@switchyard/bus';
import {
  AgentDefinitionSchema,
  create,
  fromStore,
  RouterService,
  SwitchyardError,
  toWire,
  type AgentDefinition,
  type AgentVersion,
  type Backend,
  type JsonObject,
  type StartSwapRequest,
} from '@switchyard/contracts';
import { SwapSuites } from './swap-suites.service.js';
import { estimateOf, type PlannedCost } from './estimate-of.js';
import { readPlan } from './read-plan.js';
import type { Estimate, Plan, Side } from './swap.js';
import { swapInvalid } from './swap-errors.js';
import { SwapRecordRepository } from './swap-record.repository.js';

/** A swap that could be started. */
export interface Proposal {
  baseline: Side;
  candidate: Side;
  /** Null where the candidate is a version that is kept. */
  definition: JsonObject | null;
  plan: Plan;
  estimate: Estimate;
}

interface Candidate {
  agentVersion: string;
  definition: JsonObject | null;
  /** '' where its definition names none. */
  backend: string;
}

/** Reads what somebody wants swapped, checks all that can be checked before money is spent, and says what it would take. */
@Injectable()
export class ProposalsService {
  constructor(
    @Inject(RpcClient) private readonly rpc: RpcClient,
    @Inject(SwapRecordRepository) private readonly record: SwapRecordRepository,
    @Inject(SwapSuites) private readonly suites: SwapSuites,
  ) {}

  /**
   * Stores nothing.
   *
   * @throws SwitchyardError `swap.invalid`, `swap.same_backend`, `swap.same_version`, `agent.not_found`, `agent.invalid`, `backend.not_found`,
   *   `suite.invalid`, `suite.not_found`, `rollout.conflict`; `rpc.unavailable` (retryable)
   */
  async propose(request: StartSwapRequest): Promise<Proposal> {
    const { tenant, agent } = request;
    oneTarget(request);
    const current = await this.rpc.call(RouterService.method.getAgent, { tenant, name: agent });
    if (!request.noCanary) await this.checkRollouts(tenant, agent);
    const candidate = await this.candidateOf(request, current);
    const home = await this.homeOf(tenant, agent, current, candidate.backend);
    const backend = candidate.backend || home.backend;
    if (candidate.agentVersion === current.version)
      throw same('version', `Version ${current.number} is the current one already`);
    if (request.toBackend !== '' && backend === home.backend)
      throw same('backend', `"${agent}" runs on "${backend}" already${home.basis === '' ? '' : ` (${home.basis})`}`);
    const baseline = await this.sideOf(current.version, home.backend, home.basis);
    const other = await this.sideOf(candidate.agentVersion, backend, candidate.backend === '' ? 'as its baseline' : '');
    const suite = await this.suites.read(request);
    const plan = readPlan(request, suite);
    if (plan.replay > 0) await this.checkReplay(tenant, agent, plan, suite !== undefined);
    const costs: PlannedCost[] = await this.suites.estimates({ plan, baseline, candidate: other, request });
    return { baseline, candidate: other, definition: candidate.definition, plan, estimate: estimateOf(costs) };
  }

  private async candidateOf(request: StartSwapRequest, current: AgentVersion): Promise<Candidate> {
    const { tenant, agent, toBackend, toVersion, definition } = request;
    if (toVersion !== '') {
      const kept = await this.rpc.call(RouterService.method.getAgent, { tenant, name: agent, version: toVersion });
      return { agentVersion: kept.version, definition: null, backend: kept.definition?.model?.backend ?? '' };
    }
    if (definition !== undefined) {
      if (definition['name'] !== agent)
        throw swapInvalid(`The definition is of "${String(definition['name'])}". Give one of "${agent}".`);
      await this.checkDefinition(tenant, definition, current);
      return { agentVersion: '', definition, backend: backendIn(definition) };
    }
    await this.backend(toBackend);
    return { agentVersion: '', definition: onBackend(current.definition, toBackend), backend: toBackend };
  }

  /** What the router would refuse to keep is better said before anything is stored. */
  private async checkDefinition(tenant: string, definition: JsonObject, current: AgentVersion): Promise<void> {
    const { toVersion } = await this.rpc.call(RouterService.method.diffAgent, { tenant, definition });
    if (toVersion === current.version)
      throw same('version', `The definition is that of version ${current.number}, the current one`);
  }

  /** A canary could not begin beside it. */
  private async checkRollouts(tenant: string, agent: string): Promise<void> {
    const query = { tenant, agent, status: 'running', limit: 1 };
    const { rollouts } = await this.rpc.call(RouterService.method.listRollouts, query);
    const running = rollouts.find((rollout) => rollout.agent === agent);
    if (running === undefined) return;
    throw new SwitchyardError(
      'rollout.conflict',
      `The rollout ${running.id} of "${agent}" is under way, and a canary cannot begin beside it. Wait for its end, end it, or swap without a canary.`,
      { details: { agent, rollout: running.id } },
    );
  }

  /** Where the agent runs: as it says, else as the record says. */
  private async homeOf(tenant: string, agent: string, current: AgentVersion, wanted: string) {
    const pinned = current.definition?.model?.backend ?? '';
    if (pinned !== '') return { backend: pinned, basis: '' };
    const [most, ...others] = await this.record.backends(tenant, agent);
    const runs = [most, ...others].reduce((sum, each) => sum + (each?.runs ?? 0), 0);
    if (most)
      return { backend: most.backend, basis: `it names none; ${most.runs} of its last ${runs} runs were there` };
    if (wanted === '') return { backend: '', basis: 'it names none, and nothing is recorded' };
    throw swapInvalid(
      `"${agent}" names no backend and has not run yet: there is nothing to hold "${wanted}" against. Name its backend (model.backend), or let it run first.`,
      { agent },
    );
  }

  private async sideOf(agentVersion: string, name: string, basis: string): Promise<Side> {
    if (name === '') return { agentVersion, backend: '', profileVersion: '', model: '', basis };
    const { model, profile } = await this.backend(name);
    const version = profile?.['version'];
    return { agentVersion, backend: name, profileVersion: typeof version === 'string' ? version : '', model, basis };
  }

  private async checkReplay(tenant: string, agent: string, plan: Plan, hasSuite: boolean): Promise<void> {
    const runs = await this.record.recordedRuns(tenant, agent);
    if (runs > 0) return;
    throw swapInvalid(
      hasSuite
        ? `No run of "${agent}" is recorded that could be replayed. Leave out the replay of ${plan.replay}.`
        : `There is nothing to evaluate "${agent}" with: no suite was given, and no run of it is recorded. Give a suite.`,
      { agent },
    );
  }

  private backend(name: string): Promise<Backend> {
    return this.rpc.call(RouterService.method.getBackend, { name });
  }
}

function oneTarget({ toBackend, toVersion, definition }: StartSwapRequest): void {
  const targets = [toBackend !== '', toVersion !== '', definition !== undefined].filter(Boolean).length;
  if (targets === 1) return;
  throw swapInvalid(
    targets === 0
      ? 'It is not said what to swap to. Give a backend, a version of the agent, or a definition.'
      : 'Give one of a backend, a version and a definition: with two changes at once nobody could tell which one did it.',
  );
}

/** The same agent, but for its backend. */
function onBackend(definition: AgentDefinition | undefined, backend: string): JsonObject {
  const written = toWire(AgentDefinitionSchema, definition ?? create(AgentDefinitionSchema));
  const { model } = written;
  return { ...written, model: { ...(typeof model === 'object' && !Array.isArray(model) ? model : {}), backend } };
}

/** What is wrong with a definition is said when it is kept, by who keeps it. */
function backendIn(written: JsonObject): string {
  const { model } = written;
  if (typeof model !== 'object' || model === null || Array.isArray(model)) return '';
  return fromStore(AgentDefinitionSchema, { model: { backend: String(model['backend'] ?? '') } }).model?.backend ?? '';
}

function same(what: 'version' | 'backend', message: string): SwitchyardError {
  return new SwitchyardError(`swap.same_${what}`, `${message}. Name another one.`);
}
