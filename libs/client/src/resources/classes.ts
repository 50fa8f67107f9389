import {
  ClassRulesListSchema,
  ClassRulesSchema,
  fromStore,
  ReappliedClassesSchema,
  SuggestedClassesSchema,
  TaskClassSchema,
  type ClassRules,
  type JsonObject,
  type JsonValue,
  type ReappliedClasses,
  type SuggestedClasses,
  type TaskClass,
} from '@switchyard/contracts';
import type { Http } from '../http.js';
import { defined } from './memory-scope.js';

/** A task that is to be classed. */
export interface ClassedTask {
  agent?: string | undefined;
  input: JsonValue;
  user?: string | undefined;
  metadata?: Readonly<Record<string, string>> | undefined;
}

/** Classes of tasks: the rules that give them, and what they give. */
export class Classes {
  constructor(private readonly http: Http) {}

  /** They take the place of those that held for the same agent. @throws SwitchyardError `class_rules.invalid` with every path and reason */
  async apply(rules: JsonObject): Promise<ClassRules> {
    return fromStore(ClassRulesSchema, await this.http.json('POST', '/v1/classes', { body: { rules } }));
  }

  /** What holds; of one agent ("*": of every agent), all that ever held, the newest first. */
  async list({ agent, limit }: { agent?: string | undefined; limit?: number | undefined } = {}): Promise<ClassRules[]> {
    const query = { agent, limit };
    return fromStore(ClassRulesListSchema, await this.http.json('GET', '/v1/classes', { query })).rules;
  }

  /** The class of a task, or of the task of a run, and which rule gives it. @throws SwitchyardError `run.not_found` */
  async of(task: ClassedTask | { runId: string }): Promise<TaskClass> {
    const body = 'runId' in task ? { run_id: task.runId } : defined({ ...task, metadata: { ...task.metadata } });
    return fromStore(TaskClassSchema, await this.http.json('POST', '/v1/classes/of', { body, repeatable: true }));
  }

  /** A page of recorded runs, the oldest first, is classed by the rules that hold now; `next` is empty after the last page. */
  async reapply({
    agent,
    after,
    limit,
  }: { agent?: string | undefined; after?: string; limit?: number } = {}): Promise<ReappliedClasses> {
    const body = defined({ agent, after, limit });
    const page = await this.http.json('POST', '/v1/classes/reapply', { body, repeatable: true });
    return fromStore(ReappliedClassesSchema, page);
  }

  /** Classes of what an agent was asked. Nothing is stored. @throws SwitchyardError `agent.not_found` */
  async suggest(agent: string, last?: number): Promise<SuggestedClasses> {
    const body = defined({ agent, last });
    return fromStore(
      SuggestedClassesSchema,
      await this.http.json('POST', '/v1/classes/suggest', { body, repeatable: true }),
    );
  }
}
