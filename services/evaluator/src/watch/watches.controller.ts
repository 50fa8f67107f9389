import { Controller, Inject } from '@nestjs/common';
import { Rpc } from '@switchyard/bus';
import { EvaluatorService, type AddWatchRequest, type ListWatchesQuery, type WatchQuery } from '@switchyard/contracts';
import { WatchesService } from './watches.service.js';

/** `<prefix>.rpc.evaluator.…_watch(es)` */
@Controller()
export class WatchesController {
  constructor(@Inject(WatchesService) private readonly watches: WatchesService) {}

  @Rpc(EvaluatorService.method.addWatch)
  add(request: AddWatchRequest) {
    return this.watches.add(request);
  }

  @Rpc(EvaluatorService.method.getWatch)
  get(query: WatchQuery) {
    return this.watches.get(query);
  }

  @Rpc(EvaluatorService.method.listWatches)
  async list({ tenant }: ListWatchesQuery) {
    return { watches: await this.watches.list(tenant) };
  }

  @Rpc(EvaluatorService.method.runWatch)
  run(query: WatchQuery) {
    return this.watches.run(query);
  }

  @Rpc(EvaluatorService.method.removeWatch)
  remove(query: WatchQuery) {
    return this.watches.remove(query);
  }
}
