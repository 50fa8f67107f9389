import type { TaskCondition } from '@switchyard/policies';
import type { WordClass } from './word-class.js';

/** A rule as it is written: `when` or `like`. */
export interface WrittenRule {
  class: string;
  description?: string;
  /** CEL over input, agent, tenant, user and metadata. */
  when?: string;
  /** Weights of words. */
  like?: Record<string, number>;
  /** Of `like`: how like the input must be, above 0 to 1. */
  threshold?: number;
}

/** Rules as they are written. */
export interface WrittenRules {
  /** Where absent, of every agent. */
  agent?: string;
  description?: string;
  classes: WrittenRule[];
}

/** Where a rule stands among those that it was written with, from 1. */
interface Placed {
  class: string;
  place: number;
}

export type ConditionRule = Placed & { when: TaskCondition };
export type LikenessRule = Placed & WordClass;

/** Rules that were checked, ready to be asked. */
export interface CompiledRules {
  agent: string;
  conditions: readonly ConditionRule[];
  likenesses: readonly LikenessRule[];
}
