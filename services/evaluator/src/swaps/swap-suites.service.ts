import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '@switchyard/config';
import {
  create,
  StartEvaluationRequestSchema,
  type JsonObject,
  type StartEvaluationRequest,
  type StartSwapRequest,
} from '@switchyard/contracts';
import { CONFIG } from '@switchyard/service';
import { EstimateService } from '../evaluations/estimate.service.js';
import { EvaluationsService } from '../evaluations/evaluations.service.js';
import { NOW, type Now } from '../now.js';
import { readSuite } from '../suite/read-suite.js';
import type { Suite } from '../suite/suite.js';
import { SuitesService } from '../suites/suites.service.js';
import { SuiteRepository } from '../suites/suite.repository.js';
import type { PlannedCost } from './estimate-of.js';
import type { SuiteOfPlan } from './read-plan.js';
import type { Plan, Side } from './swap.js';
import { swapInvalid } from './swap-errors.js';
import { SwapRecordRepository } from './swap-record.repository.js';

interface Costed {
  plan: Plan;
  baseline: Side;
  candidate: Side;
  request: StartSwapRequest;
}

/** The suites that a swap is judged by. */
@Injectable()
export class SwapSuites {
  constructor(
    @Inject(SuitesService) private readonly suites: SuitesService,
    @Inject(SuiteRepository) private readonly versions: SuiteRepository,
    @Inject(EvaluationsService) private readonly evaluations: EvaluationsService,
    @Inject(EstimateService) private readonly costs: EstimateService,
    @Inject(SwapRecordRepository) private readonly record: SwapRecordRepository,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(NOW) private readonly now: Now,
  ) {}

  /** @throws SwitchyardError `suite.invalid`, `suite.not_found`, `swap.invalid` for another agent's */
  async read(request: StartSwapRequest): Promise<SuiteOfPlan | undefined> {
    const found = await this.find(request);
    if (found === undefined) return undefined;
    const { name: suite, version: suiteVersion, agent, repeats } = found.suite;
    if (agent === request.agent) return { suite, suiteVersion, repeats };
    throw swapInvalid(`The suite "${suite}" is of the agent "${agent}". Give one of "${request.agent}".`, {
      suite,
      agent,
    });
  }

  /** Keeps a suite that was handed over, so that its evaluations can be started by its version. */
  async keep(request: StartSwapRequest): Promise<void> {
    const found = await this.find(request);
    if (found === undefined || request.suite === undefined) return;
    const { name, version, cases } = found.suite;
    const { tenant, actor: by } = request;
    await this.versions.add({
      tenant,
      name,
      version,
      definition: found.written,
      cases: cases.length,
      at: this.now(),
      by,
    });
  }

  /** What each evaluation will take, in the order in which they are run. */
  async estimates({ plan, baseline, candidate, request }: Costed): Promise<PlannedCost[]> {
    const { tenant, agent } = request;
    const replayed = ({ backend }: Side) =>
      this.costs.of(tenant, { name: '', agent, backend, cases: plan.replay, repeats: 1 });
    const suite = plan.suite === '' ? [] : await this.ofSuite({ plan, baseline, candidate, request });
    if (plan.replay === 0) return suite;
    return [
      ...suite,
      { kind: 'replay', role: 'baseline', estimate: await replayed(baseline) },
      { kind: 'replay', role: 'candidate', estimate: await replayed(candidate) },
    ];
  }

  private async ofSuite({ plan, baseline, candidate, request }: Costed): Promise<PlannedCost[]> {
    const fresh = await this.fresh(request, plan, baseline);
    // Asked in both cases: an estimate checks the suite's judges and tools too.
    const known = await this.evaluations.estimate(evaluationOf(request, plan, baseline));
    const asked = await this.evaluations.estimate(evaluationOf(request, plan, candidate));
    return [
      { kind: 'suite', role: 'baseline', estimate: fresh === undefined ? known : undefined },
      { kind: 'suite', role: 'candidate', estimate: asked },
    ];
  }

  /** An evaluation of the baseline that need not be made again. */
  async fresh(
    { tenant, agent }: { tenant: string; agent: string },
    { suite, suiteVersion, repeats }: SuiteOfPlan,
    { agentVersion, backend }: Side,
    cases?: number,
  ): Promise<string | undefined> {
    const runs = (cases ?? (await this.casesOf(tenant, suite, suiteVersion))) * repeats;
    return this.record.freshEvaluation({
      ...{ tenant, agent, suite, suiteVersion, runs, agentVersion, backend },
      now: this.now(),
    });
  }

  private async casesOf(tenant: string, name: string, version: string): Promise<number> {
    const [row] = await this.versions.find(tenant, name, version);
    // Not kept yet: then no evaluation of it is either.
    return row?.cases ?? 0;
  }

  private async find(request: StartSwapRequest): Promise<{ suite: Suite; written: JsonObject } | undefined> {
    const { tenant, suite: given, suiteName, suiteVersion, repeats } = request;
    if (given !== undefined && suiteName !== '')
      throw swapInvalid(`Give either a suite or the name of one ("${suiteName}"), not both.`);
    if (given === undefined && suiteName === '') return undefined;
    const written = given ?? (await this.suites.written(tenant, suiteName, suiteVersion));
    return { suite: readSuite(written, { repeats, maxInputBytes: this.config.limits.taskBytes }), written };
  }
}

function evaluationOf(
  request: StartSwapRequest,
  { repeats }: Plan,
  { backend, agentVersion }: Side,
): StartEvaluationRequest {
  const { tenant, suite, suiteName, suiteVersion } = request;
  return create(StartEvaluationRequestSchema, {
    ...{ tenant, suiteName, suiteVersion, repeats, backend, agentVersion },
    ...(suite ? { suite } : {}),
  });
}
