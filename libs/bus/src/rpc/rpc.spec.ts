import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Inject, type Type } from '@nestjs/common';
import { headers } from '@nats-io/transport-node';
import {
  CancelNoticeSchema,
  ExecutorService,
  fromValue,
  RouterService,
  SwitchyardError,
  toValue,
  ToolHostService,
  type PartialQuery,
  type TaskRequest,
} from '@switchyard/contracts';
import { gate, waitFor } from '@switchyard/testing';
import { Scope, testBus, testService } from '../bus.fixture.js';
import type { Bus } from '../bus.js';
import { RpcClient, rpcSubject } from './rpc-client.js';
import type { RpcContext } from './rpc-context.js';
import { rpcTokens } from './rpc-method.js';
import { RpcServer } from './rpc-server.js';
import { Rpc } from './rpc.decorator.js';

class Answers {
  submit: (request: TaskRequest, context: RpcContext) => Promise<{ taskId?: string; runId?: string }> = async ({
    agent,
  }) => ({
    taskId: 'task_1',
    runId: `run_of_${agent}`,
  });
}

@Controller()
class RouterController {
  constructor(@Inject(Answers) private readonly answers: Answers) {}

  @Rpc(RouterService.method.submit)
  submit(request: TaskRequest, context: RpcContext) {
    return this.answers.submit(request, context);
  }

  @Rpc(RouterService.method.reportBackend)
  async report(): Promise<void> {
    await Promise.resolve();
  }
}

@Controller()
class SecondRouterController {
  @Rpc(RouterService.method.submit)
  async submit() {
    return await Promise.resolve({ runId: 'second' });
  }
}

const scope = new Scope();
let bus: Bus;
let rpc: RpcClient;
let answers: Answers;
beforeEach(async () => {
  bus = await testBus(scope, { streams: false });
  rpc = new RpcClient(bus);
  answers = new Answers();
});
afterEach(() => scope.close());

const serve = async (service = 'router', graceMs = 1_000, controllers: Type<unknown>[] = [RouterController]) => {
  const own = await testBus(scope, { prefix: bus.prefix, streams: false, name: service });
  const server = new RpcServer(own, { service, version: '1.2.3', graceMs });
  const { stop } = await testService(scope, server, {
    controllers,
    providers: [{ provide: Answers, useValue: answers }],
  });
  await own.nc.flush();
  return { server, stop };
};
const task = { agent: 'clerk', input: toValue('hello') };
const submit = RouterService.method.submit;

describe('a request', () => {
  it('reaches the handler decoded and brings back its answer', async () => {
    await serve();
    const seen: TaskRequest[] = [];
    answers.submit = async (request) => {
      seen.push(request);
      return { taskId: 'task_1', runId: 'run_1' };
    };
    const reply = await rpc.call(submit, task);
    expect(reply).toMatchObject({ taskId: 'task_1', runId: 'run_1', duplicate: false });
    expect(seen[0]?.agent).toBe('clerk');
    expect(fromValue(seen[0]?.input)).toBe('hello');
  });

  it('is plain JSON both ways, for people with any NATS client', async () => {
    await serve();
    const reply = await bus.nc.request(`${bus.prefix}.rpc.router.submit`, '{"agent":"clerk","input":"hello"}');
    expect(reply.json()).toEqual({ task_id: 'task_1', run_id: 'run_of_clerk' });
    expect(reply.headers).toBeUndefined();
  });

  it('gives the handler its headers', async () => {
    await serve();
    const seen: RpcContext[] = [];
    answers.submit = async (_, context) => {
      seen.push(context);
      return {};
    };
    await rpc.call(submit, task, { headers: { Note: 'x' } });
    expect(seen[0]).toMatchObject({
      subject: rpcSubject(bus, submit),
      headers: expect.objectContaining({ Note: 'x' }),
    });
  });

  it('is answered by one replica, and all take their share', async () => {
    for (const runId of ['one', 'two']) {
      answers = new Answers();
      answers.submit = async () => ({ runId });
      await serve();
    }
    const replies = await Promise.all(Array.from({ length: 60 }, () => rpc.call(submit, task)));
    expect(replies).toHaveLength(60);
    expect(new Set(replies.map(({ runId }) => runId))).toEqual(new Set(['one', 'two']));
  });

  it('gets the empty message where the handler returns nothing', async () => {
    await serve();
    await expect(rpc.call(RouterService.method.reportBackend, { name: 'a', ok: true })).resolves.toMatchObject({
      $typeName: 'switchyard.v1.Empty',
    });
  });
});

describe('an error', () => {
  it('keeps its code, message, details and whether it may succeed later', async () => {
    await serve();
    answers.submit = async () => {
      throw new SwitchyardError('agent.not_found', 'No agent "clerk".\nApply it first.', {
        details: { agent: 'clerk' },
      });
    };
    await expect(rpc.call(submit, task)).rejects.toMatchObject({
      name: 'SwitchyardError',
      code: 'agent.not_found',
      message: 'No agent "clerk".\nApply it first.',
      retryable: false,
      details: { agent: 'clerk' },
    });
    const raw = await bus.nc.request(rpcSubject(bus, submit), '{"agent":"clerk","input":1}');
    expect(raw.headers?.get('Nats-Service-Error-Code')).toBe('agent.not_found');
    expect(raw.headers?.get('Nats-Service-Error')).toBe('No agent "clerk". Apply it first.');
    expect(raw.json()).toMatchObject({ code: 'agent.not_found' });
  });

  it('that nobody foresaw says nothing of the inside', async () => {
    await serve();
    answers.submit = async () => {
      throw new TypeError('secret is not a function');
    };
    const failure = rpc.call(submit, task);
    await expect(failure).rejects.toMatchObject({
      code: 'internal',
      retryable: true,
      message: expect.stringMatching(/trace [0-9a-f]{32}/),
    });
    await expect(failure).rejects.not.toMatchObject({ message: expect.stringContaining('secret') });
  });

  it.each([
    ['not JSON', 'nonsense', 'contract.malformed'],
    ['an unknown field', '{"agent":"a","input":"x","nonsense":1}', 'contract.malformed'],
    ['a missing field', '{"agent":"a"}', 'contract.invalid'],
    ['nothing', '', 'contract.invalid'],
  ])('answers a request that is %s', async (_, body, code) => {
    await serve();
    const reply = await bus.nc.request(rpcSubject(bus, submit), body);
    expect(reply.headers?.get('Nats-Service-Error-Code')).toBe(code);
  });

  it('answers when the reply is too large for NATS', async () => {
    await serve();
    answers.submit = async () => ({ runId: 'x'.repeat(bus.nc.info?.max_payload ?? 0) });
    await expect(rpc.call(submit, task)).rejects.toMatchObject({ code: 'rpc.reply_too_large' });
  });

  it('says that nobody runs the service, or that the method is unknown', async () => {
    await expect(rpc.call(submit, task)).rejects.toMatchObject({
      code: 'rpc.unavailable',
      retryable: true,
      message: expect.stringContaining('router (submit)'),
    });
    await serve();
    await expect(rpc.call(RouterService.method.listKeys, { tenant: 't' })).rejects.toMatchObject({
      code: 'rpc.unavailable',
    });
  });

  it('says that the answer takes too long', async () => {
    await serve();
    const go = gate();
    answers.submit = async () => {
      await go.opened;
      return {};
    };
    await expect(rpc.call(submit, task, { timeoutMs: 100 })).rejects.toMatchObject({
      code: 'rpc.timeout',
      retryable: true,
    });
    go.open();
  });

  it('ends the wait when the caller gives up', async () => {
    await serve();
    const go = gate();
    answers.submit = async () => {
      await go.opened;
      return {};
    };
    const controller = new AbortController();
    const call = rpc.call(submit, task, { signal: controller.signal });
    controller.abort();
    await expect(call).rejects.toMatchObject({ code: 'rpc.aborted' });
    await expect(rpc.call(submit, task, { signal: controller.signal })).rejects.toMatchObject({ code: 'rpc.aborted' });
    go.open();
  });

  it('says what is wrong with a request that cannot be sent', async () => {
    await expect(rpc.call(submit, { agent: 7 as unknown as string })).rejects.toThrow(/TaskRequest.agent/);
  });
});

describe('a service', () => {
  it('does not start with two handlers of one method', async () => {
    await expect(serve('router', 100, [RouterController, SecondRouterController])).rejects.toMatchObject({
      code: 'rpc.two_handlers',
    });
  });

  it('answers what it has in hand before it stops, and nothing after', async () => {
    const { stop } = await serve();
    const go = gate();
    let begun = false;
    answers.submit = async () => {
      begun = true;
      await go.opened;
      return { runId: 'late' };
    };
    const call = rpc.call(submit, task);
    await waitFor(() => begun);
    const stopped = stop();
    go.open();
    await expect(call).resolves.toMatchObject({ runId: 'late' });
    await stopped;
    await expect(rpc.call(submit, task)).rejects.toMatchObject({ code: 'rpc.unavailable' });
  });

  it('aborts handlers after the grace', async () => {
    const { stop } = await serve('router', 50);
    let begun = false;
    answers.submit = (_, { signal }) =>
      new Promise((_resolve, reject) => {
        begun = true;
        signal.addEventListener('abort', () =>
          reject(new SwitchyardError('rpc.stopped', 'Stopped', { retryable: true })),
        );
      });
    const call = rpc.call(submit, task).catch((error: unknown) => error);
    await waitFor(() => begun);
    await stop();
    expect(await call).toMatchObject({ code: 'rpc.stopped' });
  });

  it('answers on subjects that it learns of while it runs', async () => {
    const { server } = await serve();
    const { input, output } = ToolHostService.method.callTool;
    const listening = server.serve(bus.subjects.toolRpc('fast'), input, output, async (call) => ({
      callId: call.callId,
      status: 'ok',
    }));
    const ask = () =>
      bus.request(bus.subjects.toolRpc('fast'), input, output, { tenant: 't', callId: 'call_1', tool: 'clock' });
    await waitFor(ask, { describe: 'the subject to be answered' });
    expect(await ask()).toMatchObject({ callId: 'call_1', status: 'ok' });
    await expect(bus.request(bus.subjects.toolRpc('fast'), input, output, { tenant: 't' })).rejects.toMatchObject({
      code: 'contract.invalid',
    });
    await listening.stop();
    await expect(ask()).rejects.toMatchObject({ code: 'rpc.unavailable' });
  });
});

describe('a question to all replicas', () => {
  it('is answered by the one that knows, the others are silent', async () => {
    const asked: string[] = [];
    const replica = (name: string, knows: boolean) => {
      @Controller()
      class Executor {
        @Rpc(ExecutorService.method.getPartial, { broadcast: true })
        async partial(query: PartialQuery) {
          asked.push(name);
          return await Promise.resolve(knows ? { runId: query.runId, turn: 3 } : undefined);
        }
      }
      return Executor;
    };
    for (const [name, knows] of [
      ['one', false],
      ['two', true],
      ['three', false],
    ] as const) {
      const own = await testBus(scope, { prefix: bus.prefix, streams: false });
      await testService(scope, new RpcServer(own, { service: 'executor', version: '1.0.0' }), {
        controllers: [replica(name, knows)],
      });
      await own.nc.flush();
    }
    const partial = await rpc.call(ExecutorService.method.getPartial, { tenant: 't', runId: 'run_1' });
    expect(partial).toMatchObject({ runId: 'run_1', turn: 3 });
    await waitFor(() => asked.length === 3);
    expect(asked.sort()).toEqual(['one', 'three', 'two']);
  });
});

describe('names in subjects', () => {
  it('come from the contract', () => {
    expect(rpcTokens(RouterService.method.getRun)).toEqual({ service: 'router', method: 'get_run' });
    expect(rpcTokens(ToolHostService.method.listTools)).toEqual({ service: 'tool-host', method: 'list_tools' });
  });
});

describe('messages on core NATS', () => {
  it('reach subscribers decoded; what cannot be read, and what a handler throws, ends nothing', async () => {
    const seen: string[] = [];
    const listening = bus.subscribe(bus.subjects.cancel('*'), CancelNoticeSchema, (notice, { subject }) => {
      seen.push(`${subject}:${notice.runId}`);
      if (notice.runId === 'run_1') throw new Error('once');
    });
    bus.nc.publish(bus.subjects.cancel('bad'), 'nonsense', { headers: headers() });
    bus.emit(bus.subjects.cancel('run_1'), CancelNoticeSchema, { tenant: 't', runId: 'run_1' });
    bus.emit(bus.subjects.cancel('run_2'), CancelNoticeSchema, { tenant: 't', runId: 'run_2' });
    await waitFor(() => seen.length === 2);
    expect(seen).toEqual([`${bus.subjects.cancel('run_1')}:run_1`, `${bus.subjects.cancel('run_2')}:run_2`]);
    await listening.stop();
    bus.emit(bus.subjects.cancel('run_3'), CancelNoticeSchema, { tenant: 't', runId: 'run_3' });
    await bus.nc.flush();
    expect(seen).toHaveLength(2);
  });
});
