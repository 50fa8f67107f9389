import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { RpcClient, type Bus } from '@switchyard/bus';
import { EvaluatorService, SwitchyardError } from '@switchyard/contracts';
import { mainFile, stopWithParent, YOUNG_GENERATION } from '@switchyard/platform';
import { costsOf } from '../../durable/process-costs.js';
import type { MeasuredSystem } from '../../system.js';

const READY_MS = 60_000;

/** An evaluator as it is deployed: alone in a process, over the database of a system, under a prefix of its own. */
export interface EvaluatorProcess {
  /** Since it was started. */
  cpuSeconds(): number;
  end(signal: NodeJS.Signals): Promise<void>;
}

/** Resolves once it answers. */
export async function startEvaluator(
  { natsUrl, databaseUrl }: Pick<MeasuredSystem, 'natsUrl' | 'databaseUrl'>,
  bus: Bus,
): Promise<EvaluatorProcess> {
  const child = spawn(process.execPath, [YOUNG_GENERATION, '--import', stopWithParent, mainFile('evaluator')], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: {
      ...process.env,
      NATS_URL: natsUrl,
      DATABASE_URL: databaseUrl,
      SWITCHYARD_PREFIX: bus.prefix,
      SWITCHYARD_HEALTH_PORT: '0',
      SWITCHYARD_LOG_LEVEL: 'fatal',
    },
  });
  await answers(new RpcClient(bus), child);
  return {
    cpuSeconds: () => costsOf([child.pid ?? 0]).cpuSeconds,
    end: async (signal) => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exit = once(child, 'exit');
      child.kill(signal);
      await exit;
    },
  };
}

async function answers(rpc: RpcClient, child: ChildProcess): Promise<void> {
  const until = Date.now() + READY_MS;
  for (;;) {
    const there = await rpc.call(EvaluatorService.method.listEvaluations, { tenant: 'default' }).then(
      () => true,
      () => false,
    );
    if (there) return;
    if (child.exitCode !== null || Date.now() > until)
      throw new SwitchyardError('bench.unavailable', 'The evaluator did not start. Its log says why.');
    await delay(50);
  }
}
