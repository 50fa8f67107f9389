import { Controller, Inject } from '@nestjs/common';
import { Rpc } from '@switchyard/bus';
import {
  ToolHostService,
  type DecideEffectRequest,
  type Effect,
  type EffectListSchema,
  type EffectQuery,
  type ListEffectsQuery,
  type MessageInitShape,
  type ResultContentQuery,
  type ResultContentSchema,
} from '@switchyard/contracts';
import { ResultContentService } from '../calls/result-content.service.js';
import { EffectsService } from './effects.service.js';

/** The ledger's RPCs; any host answers for all pools. */
@Controller()
export class EffectsController {
  constructor(
    @Inject(EffectsService) private readonly effects: EffectsService,
    @Inject(ResultContentService) private readonly contents: ResultContentService,
  ) {}

  @Rpc(ToolHostService.method.listEffects)
  list(query: ListEffectsQuery): Promise<MessageInitShape<typeof EffectListSchema>> {
    return this.effects.list(query);
  }

  @Rpc(ToolHostService.method.getEffect)
  get({ tenant, callId }: EffectQuery): Promise<Effect> {
    return this.effects.get(tenant, callId);
  }

  @Rpc(ToolHostService.method.getResultContent)
  content(query: ResultContentQuery): Promise<MessageInitShape<typeof ResultContentSchema>> {
    return this.contents.part(query);
  }

  @Rpc(ToolHostService.method.decideEffect)
  decide(request: DecideEffectRequest): Promise<Effect> {
    return this.effects.decide(request);
  }
}
