import type { JsonObject, JsonValue } from '@switchyard/contracts';
import type { CaseFixtures } from './case-fixtures.js';

/** A suite that was checked, in its one normal form. */
export interface Suite {
  name: string;
  /** The content address of the suite as written. */
  version: string;
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
  /** Cases that are alike (of one document, one customer): their scores rise and fall together. Absent: a case by itself. */
  cluster?: string;
  /** How much its scores count in means, above 0; 1 where absent. */
  weight?: number;
  /** No evaluation passes in which a run of it does not, whatever the others do. */
  critical?: boolean;
  /** What a good answer has, in words, for judges. */
  rubric?: string;
  /** What answers its tool calls; absent: they are made. */
  fixtures?: CaseFixtures;
  /** Handed on with the task. */
  metadata: Record<string, string>;
}
