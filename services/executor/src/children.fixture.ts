import { rpcSubject, RpcServer, TextParts } from '@switchyard/bus';
import type { RunSchema } from '@switchyard/contracts';
import {
  fromValue,
  RouterService,
  SwitchyardError,
  toValue,
  type MessageInitShape,
  type StartChildRequest,
} from '@switchyard/contracts';
import { initialState, type RunRecord } from '@switchyard/journal';
import type { World } from './world.fixture.js';

/** Stands for the router's part in runs that call each other; what it starts is executed for real. */
export class ChildRouter {
  readonly started: StartChildRequest[] = [];
  /** By run and call. */
  readonly children = new Map<string, string>();
  /** Thrown instead of starting. */
  refuse: SwitchyardError | undefined;
  /** Whether executors are told of what was started. */
  dispatches = true;
  private server: RpcServer | undefined;

  constructor(private readonly world: World) {}

  async serve(): Promise<void> {
    const { bus } = this.world;
    const server = new RpcServer(bus, { service: 'children', version: '0', graceMs: 0 });
    const { startChild, getRun, getPayload } = RouterService.method;
    server.serve(rpcSubject(bus, startChild), startChild.input, startChild.output, (request) => this.start(request));
    server.serve(rpcSubject(bus, getRun), getRun.input, getRun.output, async ({ runId }) => {
      const run = await this.world.store.findRun(runId);
      if (run) return shown(run);
      throw new SwitchyardError('run.not_found', `There is no run ${runId}.`);
    });
    const parts = new TextParts(async (hash) => (await this.world.store.findPayload('default', hash))?.text);
    server.serve(rpcSubject(bus, getPayload), getPayload.input, getPayload.output, async ({ hash, offset }) => ({
      ...(await parts.part(hash, offset)),
    }));
    server.bindEvents();
    this.server = server;
    await bus.nc.flush();
  }

  async close(): Promise<void> {
    await this.server?.close();
  }

  private async start(request: StartChildRequest) {
    this.started.push(request);
    if (this.refuse) throw this.refuse;
    const key = `${request.runId}:${request.callId}`;
    const known = this.children.get(key);
    if (known !== undefined) return { runId: known, ended: await this.world.store.isEnded(known) };
    const runId = `child_${this.children.size + 1}`;
    this.children.set(key, runId);
    const identity = { tenant: request.tenant, runId, taskId: runId, agent: request.agent, idempotencyKey: key };
    await this.world.store.append(initialState(identity), [
      {
        body: {
          case: 'runAccepted',
          value: {
            agentVersion: `sha256:${'c'.repeat(64)}`,
            backend: 'simulator',
            input: toValue(fromValue(request.input)),
            parent: { runId: request.runId, callId: request.callId, rootRunId: request.runId, depth: 1 },
          },
        },
        actor: 'router',
      },
    ]);
    if (this.dispatches) await this.world.wake(runId, 'accepted');
    return { runId, ended: false };
  }
}

function shown(run: RunRecord): MessageInitShape<typeof RunSchema> {
  const { runId, tenant, status, output, payloads, error, treeUsage, treeCostUsd, handedOverTo } = run;
  return {
    ...{ runId, tenant, status, treeUsage, treeCostUsd, handedOverTo },
    outputPayload: payloads?.output?.hash ?? '',
    ...(status === 'completed' ? { output: toValue(output) } : {}),
    ...(error ? { error } : {}),
  };
}
