import { setTimeout as delay } from 'node:timers/promises';
import type { Fleet, FleetService } from './fleet.js';
import type { Random } from './random.js';
import type { Servers } from './servers.js';
import { ACK_WAIT_MS } from './world.js';

const FAULTS = {
  kill_executor: 5,
  kill_tool_host: 5,
  kill_router: 4,
  kill_gateway: 1,
  deploy: 2,
  freeze: 3,
  cut_nats: 3,
  cut_postgres: 3,
  lose_answers_of_postgres: 3,
  lose_answers_of_nats: 2,
  kill_nats: 2,
  kill_postgres: 1,
  delete_jetstream_store: 1,
} as const;
export type Fault = keyof typeof FAULTS;

/** Those whose harm is over in seconds: all but freezing a process beyond the ack wait. */
export const QUICK_FAULTS = (Object.keys(FAULTS) as Fault[]).filter((fault) => fault !== 'freeze');

/** Longer than the ack wait: what the frozen process had in hand is another's by then. */
const FREEZE_MS = [ACK_WAIT_MS + 2_000, ACK_WAIT_MS * 2] as const;
const PAUSE_MS = [1_500, 5_000] as const;

/** Does harm, as a seed says, until it is told to stop. */
export class Nemesis {
  readonly done: Partial<Record<Fault, number>> = {};
  readonly #under: Promise<unknown>[] = [];
  readonly #stop = new AbortController();

  constructor(
    private readonly random: Random,
    private readonly fleet: Fleet,
    private readonly servers: Servers,
    private readonly say: (line: string) => void,
    /** Which faults may happen; all where absent. */
    private readonly allowed: readonly Fault[] = Object.keys(FAULTS) as Fault[],
  ) {}

  /** How many failures there were. */
  get times(): number {
    return Object.values(this.done).reduce((sum, times) => sum + times, 0);
  }

  async run(): Promise<void> {
    const weights = Object.fromEntries(this.allowed.map((fault) => [fault, FAULTS[fault]])) as Record<Fault, number>;
    while (!this.#stop.signal.aborted) {
      await delay(this.random.between(...PAUSE_MS), undefined, { signal: this.#stop.signal }).catch(() => undefined);
      if (this.#stop.signal.aborted) break;
      const fault = this.random.weighted(weights);
      this.done[fault] = (this.done[fault] ?? 0) + 1;
      this.say(fault);
      await this.#do(fault);
    }
    await Promise.all(this.#under);
  }

  stop(): void {
    this.#stop.abort();
  }

  async #do(fault: Fault): Promise<void> {
    const { natsWire, postgresWire } = this.servers;
    switch (fault) {
      case 'kill_executor':
        return this.#member('executor').kill();
      case 'kill_tool_host':
        return this.#member('tool-host').kill();
      case 'kill_router':
        return this.#member('router').kill();
      case 'kill_gateway':
        return this.#member('gateway').kill();
      case 'deploy':
        return this.#member(this.random.pick(['executor', 'tool-host', 'router'])).restart();
      case 'freeze':
        // Others go on meanwhile, and so does this.
        this.#under.push(
          this.#member(this.random.pick(['executor', 'tool-host', 'router'])).freeze(this.random.between(...FREEZE_MS)),
        );
        return;
      case 'cut_nats':
        return natsWire.cut();
      case 'cut_postgres':
        return postgresWire.cut();
      case 'lose_answers_of_postgres':
        return postgresWire.swallow(this.random.between(50, 1_000));
      case 'lose_answers_of_nats':
        return natsWire.swallow(this.random.between(50, 1_000));
      case 'kill_nats':
        return this.servers.killNats();
      case 'kill_postgres':
        return this.servers.killPostgres();
      case 'delete_jetstream_store':
        return this.servers.killNats({ forgetting: true });
    }
  }

  #member(service: FleetService) {
    return this.random.pick(this.fleet.members.filter((member) => member.service === service));
  }
}
