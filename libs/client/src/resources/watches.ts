import { fromStore, WatchListSchema, WatchSchema, type JsonObject, type Watch } from '@switchyard/contracts';
import type { Http } from '../http.js';

export interface NewWatch {
  backend: string;
  /** A suite that was applied, run and scored at every turn. Default: the built-in probe alone. */
  suite?: string | undefined;
  /** What runs the suite. Default: its own agent. */
  agent?: string | undefined;
  /** From one turn to the next. Default: 3,600. */
  everySeconds?: number | undefined;
  /** US dollars in any 24 hours. Default: 1. */
  maxCostUsd?: number | undefined;
  /** tokens, answers, latency, quality. Default: all that there is something to test by. */
  tests?: string[] | undefined;
}

/** Live backends that are asked the same things again and again. */
export class Watches {
  constructor(private readonly http: Http) {}

  /**
   * Its first turn is due at once; the same again is the same watch.
   *
   * @throws SwitchyardError `watch.invalid`, `watch.conflict`, `backend.not_found`, `agent.not_found`, `suite.not_found`
   */
  async add(name: string, { backend, suite, agent, everySeconds, maxCostUsd, tests }: NewWatch): Promise<Watch> {
    const body: JsonObject = {
      ...{ name, backend },
      ...(suite ? { suite } : {}),
      ...(agent ? { agent } : {}),
      ...(everySeconds ? { every_seconds: everySeconds } : {}),
      ...(maxCostUsd ? { max_cost_usd: maxCostUsd } : {}),
      ...(tests ? { tests } : {}),
    };
    return fromStore(WatchSchema, await this.http.json('POST', '/v1/watches', { body }));
  }

  /** By name, each with its last turn. */
  async list(): Promise<Watch[]> {
    return fromStore(WatchListSchema, await this.http.json('GET', '/v1/watches')).watches;
  }

  /** With its last turns. @throws SwitchyardError `watch.not_found` */
  async get(name: string): Promise<Watch> {
    return fromStore(WatchSchema, await this.http.json('GET', pathOf(name)));
  }

  /** Its next turn is due now. @throws SwitchyardError `watch.not_found`, `watch.conflict` where one is running */
  async run(name: string): Promise<Watch> {
    return fromStore(WatchSchema, await this.http.json('POST', `${pathOf(name)}/run`));
  }

  /** What it found stays. @returns what it was @throws SwitchyardError `watch.not_found` */
  async remove(name: string): Promise<Watch> {
    return fromStore(WatchSchema, await this.http.json('DELETE', pathOf(name)));
  }
}

function pathOf(name: string): string {
  return `/v1/watches/${encodeURIComponent(name)}`;
}
