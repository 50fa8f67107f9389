import {
  AgentDiffSchema,
  AgentListSchema,
  AgentVersionSchema,
  ApplyAgentReplySchema,
  fromStore,
  type AgentDiff,
  type AgentVersion,
  type ApplyAgentReply,
  type JsonObject,
} from '@switchyard/contracts';
import type { Http } from '../http.js';

export class Agents {
  constructor(private readonly http: Http) {}

  /** @throws SwitchyardError `agent.invalid` with every path and reason, `tool.not_found`, `backend.not_found` */
  async apply(definition: JsonObject): Promise<ApplyAgentReply> {
    return this.#apply(definition, {});
  }

  /**
   * Keeps a definition as a version that is not the current one, for tasks and rollouts that name it.
   *
   * @throws SwitchyardError as `apply`; `agent.not_found` where there is no agent that it would be a version of
   */
  async stage(definition: JsonObject): Promise<ApplyAgentReply> {
    return this.#apply(definition, { staged: 'true' });
  }

  /** What `apply` would change. */
  async diff(definition: JsonObject): Promise<AgentDiff> {
    return fromStore(
      AgentDiffSchema,
      await this.http.json('POST', '/v1/agents/diff', { body: definition, repeatable: true }),
    );
  }

  async list(): Promise<AgentVersion[]> {
    return fromStore(AgentListSchema, await this.http.json('GET', '/v1/agents')).agents;
  }

  /** @param version content address, a beginning of it, or number; the current one where absent */
  async get(name: string, version?: string): Promise<AgentVersion> {
    return fromStore(
      AgentVersionSchema,
      await this.http.json('GET', `/v1/agents/${encodeURIComponent(name)}`, { query: { version } }),
    );
  }

  async versions(name: string): Promise<AgentVersion[]> {
    return fromStore(AgentListSchema, await this.http.json('GET', `/v1/agents/${encodeURIComponent(name)}/versions`))
      .agents;
  }

  async #apply(body: JsonObject, query: { staged?: string }): Promise<ApplyAgentReply> {
    return fromStore(
      ApplyAgentReplySchema,
      await this.http.json('POST', '/v1/agents', { body, query, repeatable: true }),
    );
  }
}
