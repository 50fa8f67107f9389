import { Controller, Inject } from '@nestjs/common';
import { RpcClient } from '@switchyard/bus';
import {
  ToolHostService,
  ToolSettingsListSchema,
  ToolSettingsSchema,
  type ToolSettings,
  type ToolSettingsList,
} from '@switchyard/contracts';
import { actorOf } from '../auth/scopes.js';
import { Incoming, Route, route, type CallOf } from '../http/route.js';

const list = route({
  method: 'GET',
  path: '/v1/tool-settings',
  access: 'read',
  tag: 'tools',
  summary: 'List what is said of tools, whatever their servers say',
  replies: { 200: { message: ToolSettingsListSchema } },
});

const apply = route({
  method: 'POST',
  path: '/v1/tool-settings/:tool',
  access: 'admin',
  ofPlatform: true,
  tag: 'tools',
  summary: 'Replace what is said of a tool, of a toolset ("<toolset>.*") or of all tools ("*")',
  description:
    'An empty body says nothing any more. Of several that fit a tool, each field is taken from the closest that has it.',
  body: {
    message: ToolSettingsSchema,
    without: ['tool', 'updated_at', 'updated_by'],
    set: ({ params }) => ({ tool: params['tool'] ?? '' }),
    optional: true,
  },
  replies: { 200: { message: ToolSettingsSchema } },
});

@Controller()
export class ToolSettingsController {
  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  @Route(list)
  list(): Promise<ToolSettingsList> {
    return this.rpc.call(ToolHostService.method.listToolSettings, {});
  }

  @Route(apply)
  apply(@Incoming() { body, identity }: CallOf<typeof apply>): Promise<ToolSettings> {
    return this.rpc.call(ToolHostService.method.applyToolSettings, {
      ...body,
      updatedBy: actorOf(identity),
    });
  }
}
