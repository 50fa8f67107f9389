import { Inject, Injectable } from '@nestjs/common';
import { RpcClient } from '@switchyard/bus';
import {
  CompareEvaluationsRequestSchema,
  create,
  EvaluationComparisonSchema,
  EvaluationQuerySchema,
  newId,
  RouterService,
  StartEvaluationRequestSchema,
  SwitchyardError,
  toWire,
} from '@switchyard/contracts';
import { CertificatesService } from '../certificates/certificates.service.js';
import type { ComparedCase } from '../comparison/compared-case.js';
import { ComparisonRepository } from '../comparison/comparison.repository.js';
import { ComparisonService } from '../comparison/comparison.service.js';
import { EvaluationsService } from '../evaluations/evaluations.service.js';
import { NOW, type Now } from '../now.js';
import { certificateOfSwap, comparisonSettings } from './certificate-of.js';
import { conclusionOf, type Concluded } from './conclusion.js';
import type { Act, SwapFacts } from './next-act.js';
import { plannedEvaluations } from './planned-evaluations.js';
import { REPLAY_SUITES, type ReplaySuites } from './replay-suites.js';
import type { KeptComparison, Kind, PlannedEvaluation, Swap } from './swap.js';
import { SwapRecordRepository } from './swap-record.repository.js';
import { SwapSuites } from './swap-suites.service.js';
import type { Step, SwapChange } from './swap.repository.js';
import { worseCases } from './worse-cases.js';

/** What an act leaves to be recorded. */
export interface Done {
  change: SwapChange;
  step: Omit<Step, 'at'>;
}

const EVALUATOR = 'evaluator';

/** Does what comes next for a swap. Every act may be done twice: whoever crashed after the first time left nothing that a second one breaks. */
@Injectable()
export class SwapActs {
  constructor(
    @Inject(RpcClient) private readonly rpc: RpcClient,
    @Inject(EvaluationsService) private readonly evaluations: EvaluationsService,
    @Inject(ComparisonService) private readonly comparisons: ComparisonService,
    @Inject(ComparisonRepository) private readonly measured: ComparisonRepository,
    @Inject(CertificatesService) private readonly certificates: CertificatesService,
    @Inject(SwapSuites) private readonly suites: SwapSuites,
    @Inject(SwapRecordRepository) private readonly record: SwapRecordRepository,
    @Inject(REPLAY_SUITES) private readonly replays: ReplaySuites,
    @Inject(NOW) private readonly now: Now,
  ) {}

  /** @returns what is to be recorded; undefined where the world says it by itself */
  perform(act: Exclude<Act, { do: 'wait' }>, swap: Swap, facts: SwapFacts): Promise<Done | undefined> {
    switch (act.do) {
      case 'stage':
        return this.stage(swap);
      case 'evaluate':
        return this.evaluate(swap, act.evaluations);
      case 'evaluated':
        return Promise.resolve(evaluated(swap, facts));
      case 'compare':
        return this.compare(swap);
      case 'certify':
        return this.certify(swap);
      case 'canary':
        return Promise.resolve(done('canary', 'The canary may begin.', { status: 'canary' }));
      case 'roll_out':
        return this.rollOut(swap);
      case 'end_rollout':
        return this.endRollout(swap, act);
      case 'end':
        return this.end(swap, facts, act);
    }
  }

  private async stage(swap: Swap): Promise<Done> {
    const { tenant, agent, baseline, plan, startedBy: actor } = swap;
    const agentVersion = swap.candidate.agentVersion || (await this.keepVersion(swap));
    if (agentVersion === baseline.agentVersion)
      throw new SwitchyardError(
        'swap.same_version',
        `The candidate is what "${agent}" is now: nothing would be swapped.`,
      );
    const replayed =
      plan.replay === 0 ? undefined : await this.replays.keep({ tenant, agent, runs: plan.replay, actor });
    const fresh = plan.suite === '' ? undefined : await this.suites.fresh(swap, plan, baseline);
    const evaluations = plannedEvaluations(plan, { replayed, fresh, newId: () => newId('eval', this.now().getTime()) });
    const note = `The candidate is version ${agentVersion}; ${evaluations.length} evaluations are planned${fresh === undefined ? '' : `, of which ${fresh} was there`}.`;
    const change = { status: 'evaluating' as const, candidate: { ...swap.candidate, agentVersion }, evaluations };
    return done('staged', note, change, { agent_version: agentVersion, ...idsOf(evaluations) });
  }

  private async keepVersion({ tenant, definition, startedBy: actor }: Swap): Promise<string> {
    const request = { tenant, definition: definition ?? {}, staged: true, actor };
    return (await this.rpc.call(RouterService.method.applyAgent, request)).version?.version ?? '';
  }

  private async evaluate(swap: Swap, wanted: Extract<Act, { do: 'evaluate' }>['evaluations']): Promise<Done> {
    for (const { planned, maxCostUsd } of wanted) {
      const { agentVersion, backend } = swap[planned.role];
      const { suite: suiteName, suiteVersion, kind } = planned;
      const repeats = kind === 'suite' ? swap.plan.repeats : 0;
      const request = { tenant: swap.tenant, suiteName, suiteVersion, agentVersion, backend, maxCostUsd, repeats };
      await this.evaluations.startAs(planned.id, create(StartEvaluationRequestSchema, request));
    }
    const begun = new Set(wanted.map(({ planned }) => planned.id));
    const evaluations = swap.evaluations.map((each) => (begun.has(each.id) ? { ...each, started: true } : each));
    const note = wanted.map(
      ({ planned, maxCostUsd }) =>
        `${planned.kind} of the ${planned.role}${maxCostUsd > 0 ? `, for $${maxCostUsd} at most` : ''}`,
    );
    return done(
      'started',
      `Evaluations: ${note.join('; ')}.`,
      { evaluations },
      idsOf(wanted.map(({ planned }) => planned)),
    );
  }

  private async compare(swap: Swap): Promise<Done> {
    const kinds = [...new Set(swap.evaluations.map(({ kind }) => kind))];
    const kept: KeptComparison[] = [];
    const concluded: Concluded[] = [];
    for (const kind of kinds) {
      const [candidate, baseline] = [idOf(swap, kind, 'candidate'), idOf(swap, kind, 'baseline')];
      const settings = comparisonSettings(swap, kinds.length);
      const request = create(CompareEvaluationsRequestSchema, {
        tenant: swap.tenant,
        candidate,
        baseline,
        ...settings,
      });
      const comparison = await this.comparisons.compare(request);
      const before = await this.measured.cases(baseline);
      const worse = worseCases(await this.measured.cases(candidate), before);
      kept.push({ kind, comparison: toWire(EvaluationComparisonSchema, comparison), worse });
      concluded.push({ kind, comparison, worse, baselineFailed: shareOfFailed(before) });
    }
    const { verdict, reason } = conclusionOf(concluded);
    return done('compared', `${verdict}: ${reason}`, { comparisons: kept, verdict, reason });
  }

  private async certify(swap: Swap): Promise<Done> {
    const of = (role: PlannedEvaluation['role']) =>
      this.record.configurations(swap.evaluations.filter((each) => each.role === role).map(({ id }) => id));
    const configurations = { baseline: await of('baseline'), candidate: await of('candidate') };
    const { id } = await this.certificates.issue(certificateOfSwap(swap, configurations));
    const end = swap.plan.noCanary ? { endedAt: this.now() } : {};
    return done('certified', swap.reason, { certificate: id, status: 'certified', ...end }, { certificate: id });
  }

  private async rollOut(swap: Swap): Promise<Done> {
    const { id, tenant, agent, candidate, plan, startedBy, approvedBy } = swap;
    const { share, sticky, guardrails, promoteAfter } = plan;
    const rollout = await this.rpc.call(RouterService.method.startRollout, {
      ...{ tenant, agent, candidate: candidate.agentVersion, share, sticky, guardrails, promoteAfter },
      ...{ swap: id, idempotencyKey: `swap:${id}`, actor: approvedBy || startedBy },
    });
    const note = `${(100 * share).toFixed(0)} % of new runs are the candidate's, by ${sticky}.`;
    return done('rolled_out', note, { rollout: rollout.id, status: 'watching' }, { rollout: rollout.id });
  }

  /** The router ends it once, and how it ended is looked at next. */
  private async endRollout(
    { tenant, rollout: id, stopBy }: Swap,
    act: Extract<Act, { do: 'end_rollout' }>,
  ): Promise<undefined> {
    const { status, reason } = act;
    await this.rpc.call(RouterService.method.endRollout, { tenant, id, status, reason, actor: stopBy || EVALUATOR });
    return undefined;
  }

  private async end(swap: Swap, facts: SwapFacts, { status, reason }: Extract<Act, { do: 'end' }>): Promise<Done> {
    const running = swap.evaluations.filter(
      ({ id, reused }) => !reused && facts.evaluations.get(id)?.status === 'running',
    );
    for (const { id } of running)
      await this.evaluations.cancel(create(EvaluationQuerySchema, { tenant: swap.tenant, id }));
    // Routers take certified backends by preference: what was certified before use must not outlive its failure in use.
    if (status === 'rolled_back' && swap.certificate !== '')
      await this.certificates.withdraw(swap.tenant, swap.certificate, `Rolled back: ${reason}`, EVALUATOR);
    return done('ended', `${status.replace('_', ' ')}: ${reason}`, { status, reason, endedAt: this.now() });
  }
}

function shareOfFailed(cases: readonly ComparedCase[]): number {
  const runs = cases.flatMap((each) => each.runs);
  return runs.filter(({ failed }) => failed).length / Math.max(1, runs.length);
}

function evaluated(swap: Swap, { evaluations }: SwapFacts): Done {
  const own = swap.evaluations.filter(({ reused }) => !reused);
  const cost = own.reduce((sum, { id }) => sum + (evaluations.get(id)?.costUsd ?? 0), 0);
  const note = `${own.length === 1 ? '1 evaluation has' : `${own.length} evaluations have`} ended, for $${Number(cost.toFixed(6))}.`;
  return done('evaluated', note, { status: 'comparing' });
}

function done(act: string, note: string, change: SwapChange, refs: Record<string, string> = {}): Done {
  return { change, step: { act, actor: EVALUATOR, note, refs } };
}

function idOf({ evaluations }: Swap, kind: Kind, role: PlannedEvaluation['role']): string {
  return evaluations.find((each) => each.kind === kind && each.role === role)?.id ?? '';
}

function idsOf(evaluations: readonly PlannedEvaluation[]): Record<string, string> {
  return Object.fromEntries(evaluations.map(({ kind, role, id }) => [`${kind}_${role}`, id]));
}
