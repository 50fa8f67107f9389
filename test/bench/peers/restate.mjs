// Restate: its server from npm with a store of its own, and a handler of ten journaled steps that do nothing.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { report, STEPS } from './report.mjs';

// Its SDK wants what Node has from version 22 on.
Promise.withResolvers ??= function withResolvers() {
  let resolve, reject;
  const promise = new Promise((yes, no) => ([resolve, reject] = [yes, no]));
  return { promise, resolve, reject };
};
const restate = await import('@restatedev/restate-sdk');
const { connect } = await import('@restatedev/restate-sdk-clients');

const service = restate.service({
  name: 'bench',
  handlers: {
    run: async (ctx, input) => {
      let value = input;
      for (let step = 0; step < STEPS; step++) value = await ctx.run(`step-${step}`, () => value + 1);
      return value;
    },
  },
});
const [servicePort, ingress, admin, node] = await Promise.all(Array.from({ length: 4 }, freePort));
await restate.serve({ services: [service], port: servicePort });

const folder = await mkdtemp(join(tmpdir(), 'switchyard-bench-restate-'));
const require = createRequire(import.meta.url);
const program = join(
  dirname(require.resolve(`@restatedev/restate-server-linux-${process.arch}/package.json`)),
  'bin',
  'restate-server',
);
const server = spawn(program, ['--base-dir', folder, '--node-name', 'bench'], {
  stdio: ['ignore', 'ignore', 'ignore'],
  env: {
    ...process.env,
    RESTATE_INGRESS__BIND_ADDRESS: `127.0.0.1:${ingress}`,
    RESTATE_ADMIN__BIND_ADDRESS: `127.0.0.1:${admin}`,
    RESTATE_BIND_ADDRESS: `127.0.0.1:${node}`,
    RESTATE_ADVERTISED_ADDRESS: `http://127.0.0.1:${node}/`,
    RESTATE_DISABLE_TELEMETRY: 'true',
  },
});
try {
  await until(async () => (await fetch(`http://127.0.0.1:${admin}/health`)).ok);
  await until(async () => {
    const answer = await fetch(`http://127.0.0.1:${admin}/deployments`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ uri: `http://127.0.0.1:${servicePort}` }),
    });
    return answer.ok;
  });
  const client = connect({ url: `http://127.0.0.1:${ingress}` }).serviceClient({ name: 'bench' });
  await report(
    async (index) => {
      const value = await client.run(index);
      if (value !== index + STEPS) throw new Error(`not the run that is measured: ${value}`);
    },
    [server.pid],
  );
} finally {
  const ended = once(server, 'exit');
  server.kill('SIGTERM');
  await ended;
  await rm(folder, { recursive: true, force: true });
}
process.exit(0);

async function until(check) {
  for (let attempt = 0; ; attempt++) {
    const ok = await check().catch((error) => (attempt > 200 ? Promise.reject(error) : false));
    if (ok) return;
    if (attempt > 200) throw new Error('the Restate server did not become ready');
    await delay(100);
  }
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
