import {
  fromStore,
  RoutingExplanationSchema,
  RoutingViewSchema,
  type RoutingExplanation,
  type RoutingView,
} from '@switchyard/contracts';
import type { Http } from '../http.js';

/** What is learnt of backends, and how it chose those of runs. */
export class Routing {
  constructor(private readonly http: Http) {}

  /**
   * What is believed of an agent's backends.
   * @param revision as of which; the newest where absent
   * @throws SwitchyardError `agent.not_found`, `routing.revision_not_found`
   */
  async get(agent: string, revision?: number): Promise<RoutingView> {
    const path = `/v1/agents/${encodeURIComponent(agent)}/routing`;
    return fromStore(RoutingViewSchema, await this.http.json('GET', path, { query: { revision } }));
  }

  /**
   * How a run's backend was chosen.
   * @param verify decide again by the record, and say whether it is the same
   * @throws SwitchyardError `run.not_found`
   */
  async explain(runId: string, { verify }: { verify?: boolean } = {}): Promise<RoutingExplanation> {
    const path = `/v1/runs/${encodeURIComponent(runId)}/routing`;
    const query = { verify: verify ? 'true' : undefined };
    return fromStore(RoutingExplanationSchema, await this.http.json('GET', path, { query }));
  }
}
