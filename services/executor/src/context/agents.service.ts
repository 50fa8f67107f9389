import { Inject, Injectable } from '@nestjs/common';
import { AgentVersions, RpcClient } from '@switchyard/bus';

/** The agent versions that runs execute. */
@Injectable()
export class AgentsService extends AgentVersions {
  constructor(@Inject(RpcClient) rpc: RpcClient) {
    super(rpc);
  }
}
