import { Inject, Injectable } from '@nestjs/common';
import {
  create,
  newId,
  SwitchyardError,
  type ActOnSwapRequest,
  type ListSwapsQuery,
  type StartSwapRequest,
  type Swap as SwapMessage,
  type SwapQuery,
  SwapListSchema,
  type SwapList,
} from '@switchyard/contracts';
import { LOGGER } from '@switchyard/service';
import { metrics, type Logger } from '@switchyard/telemetry';
import { NOW, type Now } from '../now.js';
import { ProposalsService, type Proposal } from './proposals.service.js';
import type { Swap } from './swap.js';
import { swapNotFound, swapUnderWay } from './swap-errors.js';
import { SwapKeeper } from './swap-keeper.service.js';
import { SwapProgress } from './swap-progress.service.js';
import { SwapRecordRepository } from './swap-record.repository.js';
import { SwapRepository, type SwapChange, type Step } from './swap.repository.js';
import { SwapSuites } from './swap-suites.service.js';
import { swapView } from './swap-view.js';

const DEFAULT_LISTED = 50;
const MAX_LISTED = 200;
/** Times that a person's word is recorded again where the evaluator was faster with a step of its own. */
const TRIES = 20;

/** Swaps as their users see them. */
@Injectable()
export class SwapsService {
  private readonly started = metrics.counter('switchyard_evaluator_swaps_total', 'Swaps that were started.');

  constructor(
    @Inject(SwapRepository) private readonly swaps: SwapRepository,
    @Inject(SwapRecordRepository) private readonly record: SwapRecordRepository,
    @Inject(ProposalsService) private readonly proposals: ProposalsService,
    @Inject(SwapSuites) private readonly suites: SwapSuites,
    @Inject(SwapProgress) private readonly progress: SwapProgress,
    @Inject(SwapKeeper) private readonly keeper: SwapKeeper,
    @Inject(NOW) private readonly now: Now,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Stored before it is answered: from then on it goes to its end, whatever crashes. A dry run only says what would be done.
   *
   * @throws SwitchyardError `swap.conflict` where one of the agent is under way, and what `ProposalsService.propose` throws
   */
  async start(request: StartSwapRequest): Promise<SwapMessage> {
    const { tenant, agent } = request;
    const underWay = await this.swaps.underWay(tenant, agent);
    if (underWay) throw swapUnderWay(agent, underWay);
    const proposal = await this.proposals.propose(request);
    const swap = this.swapOf(request, proposal);
    const step = { act: 'proposed', at: swap.startedAt, actor: swap.startedBy, note: noteOf(swap), refs: {} };
    if (request.dryRun)
      return swapView({ ...swap, id: '' }, { evaluations: new Map(), steps: [step, ...plannedSteps(swap)] });
    await this.suites.keep(request);
    if (!(await this.swaps.create(swap, step))) throw swapUnderWay(agent, await this.swaps.underWay(tenant, agent));
    this.started.inc();
    this.logger.info(
      { tenant, agent, swap: swap.id, to: swap.candidate.backend, by: swap.startedBy },
      'A swap was started',
    );
    // Not waited for: keeping versions and suites may take longer than who asks is willing to wait.
    this.keeper.nudge();
    return this.get(swap);
  }

  /** @throws SwitchyardError `swap.not_found` */
  async get({ tenant, id }: Pick<SwapQuery, 'tenant' | 'id'>): Promise<SwapMessage> {
    const swap = await this.find(tenant, id);
    const evaluations = await this.record.evaluations(
      tenant,
      swap.evaluations.map((each) => each.id),
    );
    return swapView(swap, { evaluations, steps: await this.swaps.steps(id) });
  }

  /** Newest first, without their comparisons and steps. */
  async list({ tenant, agent, status, after, limit }: ListSwapsQuery): Promise<SwapList> {
    const most = Math.min(limit || DEFAULT_LISTED, MAX_LISTED);
    const found = await this.swaps.list(tenant, { agent, status, after, limit: most + 1 });
    const ids = found.flatMap((swap) => swap.evaluations.map(({ id }) => id));
    const evaluations = await this.record.evaluations(tenant, ids);
    return create(SwapListSchema, {
      swaps: found.slice(0, most).map((swap) => swapView(swap, { evaluations })),
      more: found.length > most,
    });
  }

  /**
   * Ends it, whatever it is at. One that has ended stays as it ended.
   *
   * @throws SwitchyardError `swap.not_found`
   */
  async stop({ tenant, id, reason, actor }: ActOnSwapRequest): Promise<SwapMessage> {
    await this.say(tenant, id, (swap) =>
      swap.endedAt !== null || swap.stopBy !== ''
        ? undefined
        : { act: 'stop_requested', actor, note: reason, change: { stopBy: actor || 'user', stopReason: reason } },
    );
    return this.advanced(tenant, id);
  }

  /**
   * Lets the canary begin.
   *
   * @throws SwitchyardError `swap.not_found`, `swap.conflict` where it does not wait for that
   */
  async approve({ tenant, id, reason, actor }: ActOnSwapRequest): Promise<SwapMessage> {
    await this.say(tenant, id, (swap) => {
      if (swap.approvedBy !== '') return undefined;
      if (swap.status !== 'certified' || swap.endedAt !== null || !swap.plan.approve) throw waitsForNobody(swap);
      return { act: 'approved', actor, note: reason, change: { approvedBy: actor || 'user', approvedAt: this.now() } };
    });
    return this.advanced(tenant, id);
  }

  private async say(tenant: string, id: string, word: (swap: Swap) => Word | undefined): Promise<void> {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const swap = await this.find(tenant, id);
      const said = word(swap);
      if (said === undefined) return;
      const { change, ...step } = said;
      if (await this.swaps.record(swap, change, { ...step, at: this.now(), refs: {} })) return;
    }
    throw new SwitchyardError('swap.busy', `The swap ${id} changes too fast to be told anything. Say it again.`, {
      retryable: true,
    });
  }

  /** As far as it goes by itself just now. What fails for a moment is tried again by the keeper. */
  private async advanced(tenant: string, id: string): Promise<SwapMessage> {
    try {
      await this.progress.advance(tenant, id);
    } catch (error) {
      this.logger.warn({ err: error, swap: id }, 'A swap is stored but could not go on yet');
    }
    return this.get({ tenant, id });
  }

  private swapOf({ tenant, agent, actor }: StartSwapRequest, proposal: Proposal): Swap {
    const at = this.now();
    return {
      ...{ id: newId('swap', at.getTime()), tenant, agent, status: 'proposed', reason: '', ...proposal },
      ...{ evaluations: [], verdict: '', comparisons: [], certificate: '', rollout: '' },
      ...{ startedBy: actor || 'user', startedAt: at, endedAt: null, stopBy: '', stopReason: '' },
      ...{ approvedBy: '', approvedAt: null, revision: 1 },
    };
  }

  private async find(tenant: string, id: string): Promise<Swap> {
    const swap = await this.swaps.find(tenant, id);
    if (swap) return swap;
    throw swapNotFound(id);
  }
}

type Word = Pick<Step, 'act' | 'actor' | 'note'> & { change: SwapChange };

function noteOf({ agent, baseline, candidate, plan }: Swap): string {
  const from = `${baseline.backend || 'any backend'}${baseline.basis === '' ? '' : ` (${baseline.basis})`}`;
  const by = [
    ...(plan.suite === ''
      ? []
      : [`the suite ${plan.suite}${plan.repeats > 1 ? `, ${plan.repeats} times a case` : ''}`]),
    ...(plan.replay === 0 ? [] : [`${plan.replay} recorded runs, replayed`]),
  ];
  return `${agent}: from ${from} to ${candidate.backend || 'any backend'}, by ${by.join(' and ')}, with a margin of ${plan.margin}.`;
}

/** What a dry run says would come. */
function plannedSteps({ plan, startedAt: at }: Swap): Step[] {
  const step = (act: string, note: string) => ({ act, note, at, actor: 'evaluator', refs: {} });
  const canary = `${100 * plan.share} % of new runs, by ${plan.sticky}; ${plan.promoteAfter > 0 ? `promoted after ${plan.promoteAfter} compared runs` : 'promoted by a person'}, rolled back by its guardrails.`;
  return [
    step('staged', 'Would keep the candidate as a version that is not the current one.'),
    step('started', 'Would evaluate baseline and candidate.'),
    step('certified', 'Would issue a certificate where the candidate is no worse, or refuse with the evidence.'),
    ...(plan.noCanary
      ? []
      : [
          ...(plan.approve ? [step('approved', 'Would wait for a person.')] : []),
          step('rolled_out', `Would give it ${canary}`),
        ]),
  ];
}

function waitsForNobody({ id, status, endedAt }: Swap): SwitchyardError {
  return new SwitchyardError(
    'swap.conflict',
    `The swap ${id} does not wait for an approval: it is ${status}${endedAt === null ? '' : ' and has ended'}.`,
    { details: { swap: id, status } },
  );
}
