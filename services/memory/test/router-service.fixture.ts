import { Controller, Inject, Module } from '@nestjs/common';
import { Rpc } from '@switchyard/bus';
import {
  RouterService,
  type AgentQuery,
  type AgentVersion,
  type CancelRequest,
  type Run,
  type RunQuery,
  type SubmitReply,
  type TaskRequest,
} from '@switchyard/contracts';
import type { ServiceDefinition } from '@switchyard/service';
import { FakeRouter } from '../src/derivations/router.fixture.js';

const { method } = RouterService;

@Controller()
class FakeRouterController {
  constructor(@Inject(FakeRouter) private readonly router: FakeRouter) {}

  @Rpc(method.submit)
  submit(task: TaskRequest): SubmitReply {
    return this.router.submit(task);
  }

  @Rpc(method.getRun)
  getRun({ runId }: RunQuery): Run {
    return this.router.run(runId);
  }

  @Rpc(method.getAgent)
  getAgent(_query: AgentQuery): AgentVersion {
    return this.router.agent();
  }

  @Rpc(method.cancel)
  cancel({ runId }: CancelRequest): Run {
    return this.router.cancel(runId);
  }
}

@Module({})
class FakeRouterModule {}

/** The fake router as a service on a real bus. */
export function fakeRouterDefinition(router: FakeRouter): ServiceDefinition {
  return {
    name: 'router',
    module: () => ({
      module: FakeRouterModule,
      controllers: [FakeRouterController],
      providers: [{ provide: FakeRouter, useValue: router }],
    }),
  };
}
