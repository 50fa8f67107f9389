import { Controller, Inject } from '@nestjs/common';
import { Rpc } from '@switchyard/bus';
import {
  ToolHostService,
  type KeptResultPageSchema,
  type MessageInitShape,
  type ReadKeptResultQuery,
} from '@switchyard/contracts';
import { KeptResults } from './kept-results.service.js';

/** Any host has them, whichever ran the call. */
@Controller()
export class KeptResultsController {
  constructor(@Inject(KeptResults) private readonly kept: KeptResults) {}

  @Rpc(ToolHostService.method.readKeptResult)
  read(query: ReadKeptResultQuery): Promise<MessageInitShape<typeof KeptResultPageSchema>> {
    return this.kept.read(query);
  }
}
