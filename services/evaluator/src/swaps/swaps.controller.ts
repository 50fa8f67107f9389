import { Controller, Inject } from '@nestjs/common';
import { Rpc } from '@switchyard/bus';
import {
  EvaluatorService,
  type ActOnSwapRequest,
  type ListSwapsQuery,
  type StartSwapRequest,
  type SwapQuery,
} from '@switchyard/contracts';
import { SwapsService } from './swaps.service.js';

/** `<prefix>.rpc.evaluator.…_swap(s)` */
@Controller()
export class SwapsController {
  constructor(@Inject(SwapsService) private readonly swaps: SwapsService) {}

  @Rpc(EvaluatorService.method.startSwap)
  start(request: StartSwapRequest) {
    return this.swaps.start(request);
  }

  @Rpc(EvaluatorService.method.getSwap)
  get(query: SwapQuery) {
    return this.swaps.get(query);
  }

  @Rpc(EvaluatorService.method.listSwaps)
  list(query: ListSwapsQuery) {
    return this.swaps.list(query);
  }

  @Rpc(EvaluatorService.method.stopSwap)
  stop(request: ActOnSwapRequest) {
    return this.swaps.stop(request);
  }

  @Rpc(EvaluatorService.method.approveSwap)
  approve(request: ActOnSwapRequest) {
    return this.swaps.approve(request);
  }
}
