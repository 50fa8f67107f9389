import { Inject, Injectable } from '@nestjs/common';
import { RpcClient } from '@switchyard/bus';
import {
  RouterService,
  type EvaluationEstimateSchema,
  type JsonValue,
  type MessageInitShape,
} from '@switchyard/contracts';
import { EstimateRepository, type Taken } from './estimate.repository.js';

export type EstimateInit = MessageInitShape<typeof EvaluationEstimateSchema>;

/** Runs that are to be estimated. */
export interface WantedRuns {
  /** The suite's name. */
  name: string;
  agent: string;
  /** Empty: the agent's own choice. */
  backend: string;
  cases: number;
  repeats: number;
}

/** Two sides, 95 %. */
const Z = 1.96;

/** What evaluations will take, told from runs that were recorded. */
@Injectable()
export class EstimateService {
  constructor(
    @Inject(EstimateRepository) private readonly record: EstimateRepository,
    @Inject(RpcClient) private readonly rpc: RpcClient,
  ) {}

  /** From the nearest that is recorded: this suite on this backend, then the agent on it, then its tokens at the backend's prices. */
  async of(tenant: string, { name, agent, backend, cases, repeats }: WantedRuns): Promise<EstimateInit> {
    const runs = cases * repeats;
    const where = backend === '' ? '' : ` on ${backend}`;
    const ofSuite = await this.record.ofSuite(tenant, name, agent, backend);
    if (ofSuite.runs > 0) return estimate(cases, runs, ofSuite, `of this suite${where}`);
    const ofAgent = await this.record.ofAgent(tenant, agent, backend);
    if (ofAgent.runs > 0) return estimate(cases, runs, ofAgent, `of ${agent}${where}`);
    const prices = backend === '' ? undefined : await this.pricesOf(backend);
    const elsewhere = prices && (await this.record.atPrices(tenant, agent, prices));
    if (elsewhere && elsewhere.runs > 0)
      return estimate(
        cases,
        runs,
        elsewhere,
        `of ${agent} on other backends, their tokens at the prices of ${backend}`,
      );
    return { cases, runs, basis: `nothing is recorded of ${agent}` };
  }

  private async pricesOf(name: string): Promise<{ input: number; output: number } | undefined> {
    const { profile } = await this.rpc.call(RouterService.method.getBackend, { name });
    const prices = profile?.['prices'];
    if (typeof prices !== 'object' || prices === null || Array.isArray(prices)) return undefined;
    const [input, output] = [price(prices['input']), price(prices['output'])];
    return input === undefined || output === undefined ? undefined : { input, output };
  }
}

/** The sum of so many runs like those: what is not known of their mean, and how they vary. */
function estimate(cases: number, runs: number, taken: Taken, what: string): EstimateInit {
  const { mean, deviation, p50, p95 } = taken;
  const reach = Z * deviation * Math.sqrt(runs ** 2 / taken.runs + runs);
  return {
    ...{ cases, runs, recorded: taken.runs, costUsd: mean * runs },
    ...{ costLow: Math.max(0, mean * runs - reach), costHigh: mean * runs + reach },
    ...{ p50DurationMs: p50, p95DurationMs: p95, basis: `${taken.runs} ${taken.runs === 1 ? 'run' : 'runs'} ${what}` },
  };
}

function price(value: JsonValue | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
