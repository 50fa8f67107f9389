import { Controller, Inject } from '@nestjs/common';
import { Rpc } from '@switchyard/bus';
import {
  EvaluatorService,
  type AcknowledgeDriftRequest,
  type DriftQuery,
  type ListDriftQuery,
} from '@switchyard/contracts';
import { DriftService } from './drift.service.js';

/** `<prefix>.rpc.evaluator.…_drift` */
@Controller()
export class DriftController {
  constructor(@Inject(DriftService) private readonly drift: DriftService) {}

  @Rpc(EvaluatorService.method.listDrift)
  list(query: ListDriftQuery) {
    return this.drift.list(query);
  }

  @Rpc(EvaluatorService.method.getDrift)
  get(query: DriftQuery) {
    return this.drift.get(query);
  }

  @Rpc(EvaluatorService.method.acknowledgeDrift)
  acknowledge(request: AcknowledgeDriftRequest) {
    return this.drift.acknowledge(request);
  }
}
