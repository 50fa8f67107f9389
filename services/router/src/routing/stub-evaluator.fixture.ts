import { Controller, Inject, Module } from '@nestjs/common';
import { Rpc } from '@switchyard/bus';
import {
  EvaluatorService,
  fromValue,
  type ClassifyRequest,
  type GetRoutingRequest,
  type JsonObject,
  type MessageInitShape,
  type RoutingViewSchema,
} from '@switchyard/contracts';
import { startSnapshot, type RoutingSnapshot } from '@switchyard/evidence';
import type { ServiceDefinition } from '@switchyard/service';

/** What the stub has learnt; tests change it. */
export class StubEvaluator {
  snapshot: RoutingSnapshot = startSnapshot();
  /** Questions, as they came. */
  readonly asked: GetRoutingRequest[] = [];
  /** Whether it says that there is more to learn of. */
  behind = false;
  /** What rules class tasks as, by their input; nothing where there are no rules. */
  classOf: ((input: unknown) => string) | undefined;
  /** Every answer waits for it. */
  until: Promise<void> = Promise.resolve();
}

@Controller()
class StubEvaluatorController {
  constructor(@Inject(StubEvaluator) private readonly evaluator: StubEvaluator) {}

  @Rpc(EvaluatorService.method.getRouting)
  async getRouting(request: GetRoutingRequest): Promise<MessageInitShape<typeof RoutingViewSchema>> {
    this.evaluator.asked.push(request);
    await this.evaluator.until;
    const classed = this.evaluator.classOf !== undefined;
    const { revision, state, priors, certified } = this.evaluator.snapshot;
    if (request.certifiedAlone) return { certified: [...certified] };
    if (request.knownRevision === revision && revision > 0)
      return { revision, unchanged: true, behind: this.evaluator.behind, classed };
    const { behind } = this.evaluator;
    const snapshot: JsonObject = JSON.parse(JSON.stringify({ revision, state, priors, certified }));
    return { revision, snapshot, behind, classed };
  }

  @Rpc(EvaluatorService.method.classify)
  classify({ input }: ClassifyRequest) {
    return { class: this.evaluator.classOf?.(fromValue(input)) ?? '', by: 'rule' };
  }
}

@Module({})
class StubEvaluatorModule {}

/** An evaluator that only says what was learnt of backends. */
export function stubEvaluator(evaluator: StubEvaluator): ServiceDefinition {
  return {
    name: 'evaluator',
    module: () => ({
      module: StubEvaluatorModule,
      controllers: [StubEvaluatorController],
      providers: [{ provide: StubEvaluator, useValue: evaluator }],
    }),
  };
}
