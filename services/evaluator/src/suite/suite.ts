import type { JsonObject, JsonValue } from '@switchyard/contracts';

/** A suite that was checked, in its one normal form. */
export interface Suite {
  name: string;
  agent: string;
  /** Empty: the agent's own choice. */
  backend: string;
  repeats: number;
  cases: SuiteCase[];
}

/** One case with all scorers that judge it: the suite's and its own. JSON throughout, as it is stored. */
export interface SuiteCase {
  id: string;
  input: JsonValue;
  expected?: JsonValue;
  /** Each with its `type`, its `name` and its options. */
  scorers: JsonObject[];
  tags: string[];
  /** Handed on with the task. */
  metadata: Record<string, string>;
}
