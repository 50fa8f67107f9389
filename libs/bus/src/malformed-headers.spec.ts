import { connect as connectSocket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { CancelNoticeSchema, ExecWorkSchema, RouterService } from '@switchyard/contracts';
import { testServers, waitFor } from '@switchyard/testing';
import { deadLetters, messagesIn, Scope, testBus, testService } from './bus.fixture.js';
import { RpcServer } from './rpc/rpc-server.js';
import { Rpc } from './rpc/rpc.decorator.js';
import { WorkServer } from './work/work-server.js';
import { Work } from './work/work.decorator.js';

const scope = new Scope();
afterEach(() => scope.close());

@Controller()
class Handlers {
  @Rpc(RouterService.method.submit)
  async submit() {
    return await Promise.resolve({ runId: 'run_1' });
  }
}

@Controller()
class Worker {
  @Work('exec', ExecWorkSchema)
  async work(): Promise<void> {
    await Promise.resolve();
  }
}

/** NATS passes on whatever stands where headers belong; the client refuses to read a name with a space in it. */
async function publishMalformed(subject: string, body: object, reply = ''): Promise<void> {
  const { hostname, port, username, password } = new URL((await testServers()).natsUrl);
  const socket = connectSocket(Number(port), hostname);
  scope.defer(() => Promise.resolve(socket.destroy()));
  const head = 'NATS/1.0\r\nnot a name: x\r\n\r\n';
  const text = JSON.stringify(body);
  const login = {
    user: decodeURIComponent(username),
    pass: decodeURIComponent(password),
    headers: true,
    verbose: false,
  };
  socket.write(`CONNECT ${JSON.stringify(login)}\r\n`);
  socket.write(`HPUB ${subject} ${reply} ${head.length} ${head.length + text.length}\r\n${head}${text}\r\nPING\r\n`);
  await new Promise<void>((resolve) =>
    socket.on('data', (data) => {
      if (data.includes('PONG')) resolve();
    }),
  );
}

describe('a message whose headers cannot be read', () => {
  it('is dropped by a subscriber, which goes on listening', async () => {
    const bus = await testBus(scope, { streams: false });
    const heard: string[] = [];
    bus.subscribe(bus.subjects.cancel('*'), CancelNoticeSchema, ({ runId }) => void heard.push(runId));
    await bus.nc.flush();
    await publishMalformed(bus.subjects.cancel('bad'), { tenant: 't', run_id: 'bad' });
    const other = await testBus(scope, { streams: false, prefix: bus.prefix });
    other.emit(bus.subjects.cancel('good'), CancelNoticeSchema, { tenant: 't', runId: 'good' });
    await waitFor(() => heard.length > 0, { describe: 'the message after it' });
    expect(heard).toEqual(['good']);
  });

  it('is answered with its error where an answer is wanted', async () => {
    const bus = await testBus(scope, { streams: false });
    await testService(scope, new RpcServer(bus, { service: 'router', version: '1' }), { controllers: [Handlers] });
    const asker = await testBus(scope, { streams: false, prefix: bus.prefix });
    const inbox = `${bus.prefix}.answer`;
    const answers = asker.nc.subscribe(inbox, { max: 1, timeout: 5_000 });
    await asker.nc.flush();
    await publishMalformed(bus.subjects.rpc('router', 'submit'), { agent: 'a', input: 'x' }, inbox);
    for await (const answer of answers) expect(answer.json()).toMatchObject({ code: 'contract.malformed' });
  });

  it('becomes a dead letter where it is work', async () => {
    const bus = await testBus(scope);
    const filters = [bus.subjects.exec('a', '*')];
    const server = new WorkServer(bus, { consumers: [{ kind: 'exec', durable: 'a', filters, concurrency: 1 }] });
    await testService(scope, server, { controllers: [Worker] });
    await publishMalformed(bus.subjects.exec('a', 'run_1'), { tenant: 't', run_id: 'run_1', backend: 'a' });
    await waitFor(async () => (await deadLetters(bus)).length === 1, { describe: 'a dead letter' });
    expect((await deadLetters(bus))[0]).toMatchObject({ runId: 'run_1', cause: { code: 'contract.malformed' } });
    await waitFor(async () => (await messagesIn(bus, 'EXEC')) === 0, { describe: 'EXEC to be empty' });
  });
});
