import { Controller, Inject } from '@nestjs/common';
import { Rpc } from '@switchyard/bus';
import {
  ToolHostService,
  type AcceptToolVersionRequest,
  type MessageInitShape,
  type ToolVersion,
  type ToolVersionListSchema,
  type ToolVersionsQuery,
} from '@switchyard/contracts';
import { ToolVersionsService } from './tool-versions.service.js';

/** Any host answers for all pools. */
@Controller()
export class ToolVersionsController {
  constructor(@Inject(ToolVersionsService) private readonly versions: ToolVersionsService) {}

  @Rpc(ToolHostService.method.listToolVersions)
  async list({ tool }: ToolVersionsQuery): Promise<MessageInitShape<typeof ToolVersionListSchema>> {
    return { versions: await this.versions.list(tool) };
  }

  @Rpc(ToolHostService.method.acceptToolVersion)
  accept({ tool, number, actor }: AcceptToolVersionRequest): Promise<ToolVersion> {
    return this.versions.accept(tool, number, actor);
  }
}
