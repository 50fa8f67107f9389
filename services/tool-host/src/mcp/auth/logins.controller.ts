import { Controller, Inject } from '@nestjs/common';
import { Rpc } from '@switchyard/bus';
import {
  ToolHostService,
  type BeginLoginRequest,
  type EmptySchema,
  type FinishedLoginSchema,
  type FinishLoginRequest,
  type LoginSchema,
  type MessageInitShape,
  type ToolServerQuery,
} from '@switchyard/contracts';
import { Logins } from './logins.service.js';

/** Logins at servers that ask for authorisation. */
@Controller()
export class LoginsController {
  constructor(@Inject(Logins) private readonly logins: Logins) {}

  @Rpc(ToolHostService.method.beginLogin)
  beginLogin(request: BeginLoginRequest): Promise<MessageInitShape<typeof LoginSchema>> {
    return this.logins.begin(request);
  }

  @Rpc(ToolHostService.method.finishLogin)
  finishLogin(request: FinishLoginRequest): Promise<MessageInitShape<typeof FinishedLoginSchema>> {
    return this.logins.finish(request);
  }

  @Rpc(ToolHostService.method.logout)
  logout({ name }: ToolServerQuery): Promise<MessageInitShape<typeof EmptySchema>> {
    return this.logins.logout(name);
  }
}
