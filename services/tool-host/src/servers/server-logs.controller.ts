import { Controller, Inject } from '@nestjs/common';
import { Rpc } from '@switchyard/bus';
import {
  SwitchyardError,
  ToolHostService,
  type MessageInitShape,
  type ToolServerLogsSchema,
  type ToolServerQuery,
} from '@switchyard/contracts';
import { ToolServerRepository } from './tool-server.repository.js';

/** What programs that serve tools have to say for themselves. */
@Controller()
export class ServerLogsController {
  constructor(@Inject(ToolServerRepository) private readonly servers: ToolServerRepository) {}

  /** @throws SwitchyardError `tool_server.not_found` */
  @Rpc(ToolHostService.method.getServerLogs)
  async getServerLogs({ name }: ToolServerQuery): Promise<MessageInitShape<typeof ToolServerLogsSchema>> {
    const [logs, servers] = await Promise.all([this.servers.logs(name), this.servers.list()]);
    if (servers.some((server) => server.name === name)) return { logs };
    throw new SwitchyardError('tool_server.not_found', `There is no tool server "${name.slice(0, 64)}".`, {
      details: { name: name.slice(0, 64) },
    });
  }
}
