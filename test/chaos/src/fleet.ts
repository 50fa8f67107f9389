import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Build } from './build.js';

/** The services that programs need; memory and the evaluator stand aside. */
export const FLEET = { router: 2, 'tool-host': 2, executor: 2, gateway: 1 } as const;
export type FleetService = keyof typeof FLEET;

/** A process that died is started again after this, in milliseconds. */
const RESTART_MS = 300;

/** Every service in processes of its own, started again whenever they die. */
export class Fleet {
  readonly members: Member[];
  /** When a frozen process was let go on, in milliseconds since 1970. */
  readonly thaws: number[] = [];

  /** @param counts how many processes of each service */
  constructor(
    build: Build,
    env: NodeJS.ProcessEnv,
    logs: string,
    gatewayPort: number,
    counts: Readonly<Record<FleetService, number>> = FLEET,
  ) {
    this.members = Object.entries(counts).flatMap(([service, count]) =>
      Array.from(
        { length: count },
        (_, replica) =>
          new Member(
            service as FleetService,
            replica,
            build,
            { ...env, SWITCHYARD_GATEWAY_PORT: String(gatewayPort) },
            join(logs, `${service}-${replica}.log`),
            this.thaws,
          ),
      ),
    );
  }

  start(): void {
    for (const member of this.members) member.start();
  }

  async stop(): Promise<void> {
    await Promise.all(this.members.map((member) => member.stop()));
  }
}

export class Member {
  #child: ChildProcess | undefined;
  #killed: () => void = () => undefined;
  #stopping = false;
  #frozen = false;
  #armed = '';
  /** Where it ended itself, as it was told to. */
  readonly crashedAt: string[] = [];

  constructor(
    readonly service: FleetService,
    readonly replica: number,
    /** What is started from now on. */
    public build: Build,
    private readonly env: NodeJS.ProcessEnv,
    private readonly logFile: string,
    private readonly thaws: number[],
  ) {}

  get name(): string {
    return `${this.service}-${this.replica}`;
  }

  start(): void {
    this.#armed = '';
    let killed = false;
    const log = openSync(this.logFile, 'a');
    const child = spawn(process.execPath, ['--import', this.build.stopWithParent, this.build.mainFile(this.service)], {
      stdio: ['ignore', log, log, 'ipc'],
      // Who stops the verifier with Ctrl-C waits for its report, and that needs them.
      detached: true,
      env: { ...this.env, SWITCHYARD_CRASH_AT: 'when_told' },
    });
    closeSync(log);
    this.#child = child;
    this.#killed = () => (killed = true);
    child.once('exit', (_, signal) => {
      if (this.#armed !== '' && signal === 'SIGKILL' && !killed) this.crashedAt.push(this.#armed);
      if (this.#stopping) return;
      setTimeout(() => {
        if (!this.#stopping) this.start();
      }, RESTART_MS);
    });
  }

  /** At once, and without a word. */
  kill(): void {
    this.#killed();
    this.#child?.kill('SIGKILL');
  }

  /** It ends itself at that place; started again after that, it does not. */
  async arm(place: string): Promise<void> {
    for (;;) {
      const child = this.#child;
      if (child && (await heard(child, place))) {
        this.#armed = place;
        return;
      }
      // It has just died, and is about to be started again.
      await delay(RESTART_MS);
    }
  }

  /** As a deployment does: it may finish what it has in hand. */
  restart(): void {
    this.#child?.kill('SIGTERM');
  }

  /** Stops the process where it stands for so long: longer than the ack wait, others take its work. */
  async freeze(ms: number): Promise<void> {
    const child = this.#child;
    if (this.#frozen || child?.pid === undefined) return;
    this.#frozen = true;
    child.kill('SIGSTOP');
    await delay(ms);
    child.kill('SIGCONT');
    this.thaws.push(Date.now());
    this.#frozen = false;
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGCONT');
    child.kill('SIGTERM');
    const patience = setTimeout(() => child.kill('SIGKILL'), 20_000);
    await ended;
    clearTimeout(patience);
  }
}

/** Whether the process, which may still be starting, has taken the place in. */
async function heard(child: ChildProcess, crashAt: string): Promise<boolean> {
  if (!child.connected) return false;
  const answered = new Promise<boolean>((resolve) => {
    child.once('message', () => resolve(true));
    child.once('exit', () => resolve(false));
  });
  // What cannot be sent to a process that is dying is answered by its end.
  child.send({ crashAt }, () => undefined);
  return answered;
}
