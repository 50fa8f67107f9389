import { Controller, Inject } from '@nestjs/common';
import { Rpc } from '@switchyard/bus';
import {
  ToolHostService,
  type MessageInitShape,
  type ToolSettings,
  type ToolSettingsListSchema,
} from '@switchyard/contracts';
import { ToolSettingsService } from './tool-settings.service.js';

/** Any host answers for all pools. */
@Controller()
export class ToolSettingsController {
  constructor(@Inject(ToolSettingsService) private readonly settings: ToolSettingsService) {}

  @Rpc(ToolHostService.method.listToolSettings)
  async list(): Promise<MessageInitShape<typeof ToolSettingsListSchema>> {
    return { settings: await this.settings.list() };
  }

  @Rpc(ToolHostService.method.applyToolSettings)
  apply(settings: ToolSettings): Promise<ToolSettings> {
    return this.settings.apply(settings);
  }
}
