import {
  AgentDefinitionSchema,
  contentAddress,
  fromStore,
  SwitchyardError,
  type ApplyAgentRequest,
  type JsonObject,
} from '@switchyard/contracts';

interface StubVersion {
  version: string;
  number: number;
  definition: JsonObject;
}

/** The router's versions of agents: kept under their content address, one of each agent current. */
export class StubAgents {
  private readonly kept = new Map<string, StubVersion[]>();
  private readonly currents = new Map<string, string>();
  /** Requests to keep one, repetitions included. */
  readonly applied: ApplyAgentRequest[] = [];

  /** Makes it the current one; staged, only keeps it. */
  apply(agent: string, definition: JsonObject, staged = false): StubVersion {
    const version = contentAddress(definition);
    const versions = this.kept.get(agent) ?? [];
    const known = versions.find((each) => each.version === version);
    const kept = known ?? { version, number: versions.length + 1, definition };
    if (known === undefined) this.kept.set(agent, [...versions, kept]);
    if (!staged) this.currents.set(agent, version);
    return kept;
  }

  /** As the router answers it. */
  applyAgent(request: ApplyAgentRequest) {
    this.applied.push(request);
    const { definition = {}, staged } = request;
    const kept = this.apply(String(definition['name']), definition, staged);
    return { version: viewOf(kept), outcome: staged ? 'staged' : 'updated' };
  }

  promote(agent: string, version: string): void {
    this.currents.set(agent, version);
  }

  /** Undefined where the test applied no such agent. */
  find(agent: string, named: string) {
    const versions = this.kept.get(agent);
    if (versions === undefined) return undefined;
    const wanted = named === '' ? this.currents.get(agent) : named;
    const found = versions.find(({ version, number }) => version === wanted || String(number) === wanted);
    if (found === undefined) throw new SwitchyardError('agent.not_found', `"${agent}" has no version "${named}".`);
    return viewOf(found);
  }
}

function viewOf({ version, number, definition }: StubVersion) {
  return { version, number, definition: fromStore(AgentDefinitionSchema, definition) };
}
