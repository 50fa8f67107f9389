import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { SwitchyardError } from '@switchyard/contracts';
import { RestartBudget } from './restart-budget.js';
import { mainFile, SERVICE_NAMES, type ServiceName } from './service-table.js';
import type { StartedServices, StartServicesOptions } from './started-services.js';
import { waitForServices } from './wait-for-services.js';

/** Most of what a step makes is garbage a moment later: with a larger young generation it is collected far less often. */
export const YOUNG_GENERATION = '--max-semi-space-size=64';
const STOP_TIMEOUT_MS = 20_000;
const READY_TIMEOUT_MS = 60_000;

/**
 * Each service in a process of its own, restarted when it dies. Their logs go to `<data>/logs/<service>.log`. A service
 * notices the end of this process, however it came, and stops too.
 */
export async function startSeparately(options: StartServicesOptions): Promise<StartedServices> {
  const supervisors = SERVICE_NAMES.flatMap((name) =>
    Array.from({ length: options.replicas }, (_, replica) => new Supervisor(name, replica, options)),
  );
  const stop = async () => {
    // Who asks is stopped before who is asked.
    for (const supervisor of [...supervisors].reverse()) await supervisor.stop();
  };
  const failed = Promise.race(supervisors.map((supervisor) => supervisor.failed));
  try {
    await Promise.race([
      waitForServices(options.env, options.replicas, READY_TIMEOUT_MS, options.signal),
      failed.then((error) => Promise.reject(error)),
    ]);
  } catch (error) {
    await stop();
    throw error;
  }
  return { gatewayUrl: `http://127.0.0.1:${options.gatewayPort}`, stop, failed };
}

class Supervisor {
  readonly failed: Promise<Error>;
  #fail: (error: Error) => void = () => undefined;
  #child: ChildProcess | undefined;
  #stopping = false;
  readonly #budget = new RestartBudget();

  constructor(
    private readonly name: ServiceName,
    private readonly replica: number,
    private readonly options: StartServicesOptions,
  ) {
    this.failed = new Promise((resolve) => (this.#fail = resolve));
    this.#start();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await ended;
    clearTimeout(timer);
  }

  #start(): void {
    const log = openSync(this.#logFile(), 'a', 0o600);
    const child = spawn(process.execPath, [YOUNG_GENERATION, '--import', stopWithParent, mainFile(this.name)], {
      // A group of its own: the terminal's Ctrl-C reaches us, and we stop the services in order.
      detached: true,
      // One after the other, from the port that was asked for.
      env: { ...this.options.env, ...this.#ports() },
      stdio: ['ignore', log, log, 'ipc'],
    });
    closeSync(log);
    this.#child = child;
    child.once('exit', (code, signal) => void this.#ended(signal ?? `code ${code}`));
  }

  async #ended(how: string): Promise<void> {
    if (this.#stopping) return;
    const waitMs = this.#budget.ended();
    if (waitMs === undefined) {
      const message = `The service ${this.name} ended again and again, last with ${how}. The reason stands at the end of ${this.#logFile()}.`;
      this.#fail(new SwitchyardError('up.service_failed', message, { details: { service: this.name } }));
      return;
    }
    this.options.progress(`The service ${this.name} ended (${how}); starting it again`);
    await delay(waitMs);
    if (!this.#stopping) this.#start();
  }

  /** Of those that were asked for: processes that follow each other listen on ports that follow each other. */
  #ports(): Record<string, string> {
    const { env, gatewayPort, replicas } = this.options;
    const healthPort = Number(env['SWITCHYARD_HEALTH_PORT'] || 0);
    const place = SERVICE_NAMES.indexOf(this.name) * replicas + this.replica;
    return {
      SWITCHYARD_GATEWAY_PORT: String(gatewayPort + this.replica),
      ...(healthPort === 0 ? {} : { SWITCHYARD_HEALTH_PORT: String(healthPort + place) }),
    };
  }

  #logFile(): string {
    return join(this.options.dataDir, 'logs', `${this.name}${this.replica === 0 ? '' : `-${this.replica + 1}`}.log`);
  }
}

/** To be loaded (`node --import`) into a process that has a channel to its parent: it then ends with it, however that ends. */
export const stopWithParent = new URL('./stop-with-parent.js', import.meta.url).href;
