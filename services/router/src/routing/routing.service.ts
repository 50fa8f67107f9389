import { Inject, Injectable } from '@nestjs/common';
import { TASK_CLASS, toValue, type AgentDefinition, type Backend, type JsonValue } from '@switchyard/contracts';
import { usesTools } from '../backends/choose-backend.js';
import { contextNeed } from './context-need.js';
import { needsCertificate, routeByRecord, type Routed } from './route-by-record.js';
import { RoutingSnapshots } from './routing-snapshots.service.js';

export interface NewRun {
  tenant: string;
  runId: string;
  definition: AgentDefinition;
  /** The task's wish; empty: none. */
  backend?: string;
  user: string;
  /** Of the task; `task_class` names its class. */
  metadata: Readonly<Record<string, string>>;
  input: JsonValue;
  candidates: readonly Backend[];
}

/** Names that are longer count as none, as with who learns. */
const MOST_CHARACTERS = 128;

/** Chooses the backends of new runs. */
@Injectable()
export class RoutingService {
  constructor(@Inject(RoutingSnapshots) private readonly snapshots: RoutingSnapshots) {}

  /** @throws SwitchyardError as `routeByRecord` */
  async choose({
    tenant,
    runId,
    definition,
    backend = '',
    user,
    metadata,
    input,
    candidates,
  }: NewRun): Promise<Routed> {
    const { name, model } = definition;
    const nowMs = Date.now();
    const about = { requirement: model, override: backend, usesTools: usesTools(definition), candidates, nowMs };
    const routing = backend || model?.backend ? undefined : model?.routing;
    const unrouted = { ...about, routing, runId, taskClass: '', contextTokens: 0, snapshot: undefined };
    if (!routing) return routeByRecord(unrouted);
    const snapshot = needsCertificate(routing)
      ? await this.snapshots.getOrAsk(tenant, name, nowMs)
      : this.snapshots.get(tenant, name, nowMs);
    const named = metadata[TASK_CLASS] ?? '';
    const taskClass =
      named ||
      (await this.snapshots.classOf({ tenant, agent: name, user, metadata: { ...metadata }, input: toValue(input) }));
    return routeByRecord({
      ...{ ...unrouted, snapshot, contextTokens: contextNeed(definition, input) },
      taskClass: taskClass.length > MOST_CHARACTERS ? '' : taskClass,
    });
  }
}
