import { Inject, Injectable } from '@nestjs/common';
import { RpcClient } from '@switchyard/bus';
import {
  RouterService,
  SwitchyardError,
  type ExplainRoutingRequest,
  type MessageInitShape,
  type RoutingExplanationSchema,
} from '@switchyard/contracts';
import {
  differenceOf,
  drawOf,
  isOfTheseRules,
  readRecord,
  type DecisionRecord,
  type RecordedCandidate,
} from '@switchyard/evidence';
import { RoutingLearner } from './routing-learner.service.js';

type ExplanationInit = MessageInitShape<typeof RoutingExplanationSchema>;
type CandidateInit = NonNullable<ExplanationInit['candidates']>[number];
type Verification = Pick<ExplanationInit, 'verification' | 'difference'>;

/** Tells how a run's backend was chosen, from its journal; and whether it would be chosen again by the record. */
@Injectable()
export class RoutingExplanations {
  constructor(
    @Inject(RoutingLearner) private readonly learner: RoutingLearner,
    @Inject(RpcClient) private readonly rpc: RpcClient,
  ) {}

  /** @throws SwitchyardError `run.not_found` */
  async explain({ tenant, runId, verify }: ExplainRoutingRequest): Promise<ExplanationInit> {
    const { events } = await this.rpc.call(RouterService.method.listEvents, { tenant, runId, limit: 1 });
    const [first] = events;
    if (first?.body.case !== 'runAccepted') throw withoutBeginning(runId);
    const { backend, routingReason: reason, routing } = first.body.value;
    const about = { runId, agent: first.agent, backend, reason };
    const record = readRecord(routing);
    if (!record) return { ...about, ...(verify && gone(unreadable(routing !== undefined))) };
    return {
      ...{ ...about, byRecord: true },
      ...told(record),
      ...(verify && (await this.verify(tenant, first.agent, runId, backend, record))),
    };
  }

  private async verify(
    tenant: string,
    agent: string,
    runId: string,
    backend: string,
    record: DecisionRecord,
  ): Promise<Verification> {
    if (!isOfTheseRules(record)) return gone('it was decided by the rules of another version of Switchyard');
    const snapshot = await this.learner.at(tenant, agent, record.revision);
    if (!snapshot) return gone(`what was learnt as of revision ${record.revision} is no longer kept`);
    if (backend !== record.backend)
      return different(`the run was given to ${backend}, and ${record.backend} was chosen`);
    if (drawOf(runId) !== record.draw) return different(`draw: ${drawOf(runId)}, and ${record.draw} in the run`);
    try {
      const difference = differenceOf(record, snapshot);
      return difference === undefined ? { verification: 'identical' } : different(difference);
    } catch (error) {
      if (error instanceof SwitchyardError) return different(error.message);
      throw error;
    }
  }
}

function told(record: DecisionRecord): ExplanationInit {
  const { policy, task_class, revision, draw, explore, explored, context_tokens, certified_only, budget } = record;
  return {
    ...{ policy, taskClass: task_class, revision, draw, explore, explored },
    ...{ contextTokens: context_tokens, certifiedOnly: certified_only },
    ...(budget && { budgetUsdPerTask: budget.per_task, price: budget.price, balanceUsd: budget.balance }),
    candidates: [
      ...record.candidates.map((candidate) => candidateView(candidate, record.backend)),
      ...record.lacking.map(({ backend, lacks }) => ({ backend, ruledOut: lacks })),
    ],
  };
}

function candidateView(candidate: RecordedCandidate, chosen: string): CandidateInit {
  const { backend, health = 'fit', certified = false, ruled_out, score, quality, deviation, runs } = candidate;
  const { cost_usd, latency_ms } = candidate;
  return {
    ...{ backend, health, certified, chosen: backend === chosen, ruledOut: ruled_out ?? [] },
    ...(score !== undefined && { score }),
    ...(quality !== undefined && { quality }),
    ...(deviation !== undefined && { deviation }),
    ...(runs !== undefined && { runs }),
    ...(cost_usd !== undefined && { costUsd: cost_usd }),
    ...(latency_ms !== undefined && { latencyMs: latency_ms }),
  };
}

function gone(difference: string): Verification {
  return { verification: 'gone', difference };
}

function different(difference: string): Verification {
  return { verification: 'different', difference };
}

function unreadable(isThere: boolean): string {
  return isThere
    ? 'the decision was written by another version, which this one cannot read'
    : 'the backend was not chosen by what was learnt, and the sentence is all there is';
}

function withoutBeginning(runId: string): SwitchyardError {
  return new SwitchyardError(
    'run.not_found',
    `The beginning of the run ${runId} is not kept, and with it how its backend was chosen.`,
    { details: { run_id: runId } },
  );
}
