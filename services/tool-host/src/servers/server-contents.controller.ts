import { Controller, Inject } from '@nestjs/common';
import { Rpc, type RpcContext } from '@switchyard/bus';
import {
  ToolHostService,
  type AskServerReplySchema,
  type AskServerRequest,
  type MessageInitShape,
} from '@switchyard/contracts';
import { ServerContents } from './server-contents.service.js';

@Controller()
export class ServerContentsController {
  constructor(@Inject(ServerContents) private readonly contents: ServerContents) {}

  @Rpc(ToolHostService.method.askServer)
  askServer(request: AskServerRequest, { signal }: RpcContext): Promise<MessageInitShape<typeof AskServerReplySchema>> {
    return this.contents.ask(request, signal);
  }
}
