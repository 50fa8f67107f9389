import { Controller, Inject } from '@nestjs/common';
import { Rpc } from '@switchyard/bus';
import {
  EvaluatorService,
  SwitchyardError,
  type ExplainRoutingRequest,
  type GetRoutingRequest,
  type JsonObject,
  type MessageInitShape,
  type RoutingViewSchema,
} from '@switchyard/contracts';
import { ClassRulesService } from '../classes/class-rules.service.js';
import { CertifiedBackends } from './certified-backends.service.js';
import { RoutingExplanations } from './routing-explanations.service.js';
import { RoutingLearner, type Learnt } from './routing-learner.service.js';
import { beliefsOf, jsonOf, viewOf } from './routing-view.js';

/** Bytes of a snapshot that fits into one message with all around it. */
const MOST_BYTES = 900_000;

/** `<prefix>.rpc.evaluator.get_routing`, `…explain_routing` */
@Controller()
export class RoutingController {
  constructor(
    @Inject(RoutingLearner) private readonly learner: RoutingLearner,
    @Inject(CertifiedBackends) private readonly certified: CertifiedBackends,
    @Inject(RoutingExplanations) private readonly explanations: RoutingExplanations,
    @Inject(ClassRulesService) private readonly rules: ClassRulesService,
  ) {}

  /** @throws SwitchyardError `agent.not_found`, `routing.revision_not_found`, `routing.too_large` */
  @Rpc(EvaluatorService.method.getRouting)
  async getRouting(request: GetRoutingRequest): Promise<MessageInitShape<typeof RoutingViewSchema>> {
    const { tenant, agent, knownRevision, certifiedAlone, beliefs } = request;
    if (certifiedAlone) return { agent, certified: await this.certified.of(tenant, agent) };
    const { snapshot, behind } = await this.asked(request);
    const classed = (await this.rules.of(tenant, agent)).length > 0;
    const view = { ...viewOf(agent, snapshot), behind, classed };
    if (beliefs) return { ...view, beliefs: beliefsOf(snapshot) };
    if (knownRevision > 0 && knownRevision === snapshot.revision)
      return { agent, revision: snapshot.revision, unchanged: true, behind, classed };
    return { ...view, snapshot: thatFits(agent, jsonOf(snapshot)) };
  }

  @Rpc(EvaluatorService.method.explainRouting)
  explainRouting(request: ExplainRoutingRequest) {
    return this.explanations.explain(request);
  }

  private async asked({ tenant, agent, revision }: GetRoutingRequest): Promise<Learnt> {
    if (revision === 0) return this.learner.learn(tenant, agent);
    const snapshot = await this.learner.at(tenant, agent, revision);
    if (snapshot) return { snapshot, behind: false };
    throw new SwitchyardError(
      'routing.revision_not_found',
      `Nothing was learnt of the agent "${agent}" as of revision ${revision}. Leave it out for what is believed now.`,
      { details: { agent, revision } },
    );
  }
}

function thatFits(agent: string, snapshot: JsonObject): JsonObject {
  const bytes = Buffer.byteLength(JSON.stringify(snapshot));
  if (bytes <= MOST_BYTES) return snapshot;
  throw new SwitchyardError(
    'routing.too_large',
    `What was learnt of the agent "${agent}" has ${bytes} bytes, and routers take ${MOST_BYTES}. Give its tasks fewer classes, or its agent fewer backends.`,
    { details: { agent, bytes, limit: MOST_BYTES } },
  );
}
