import { ConditionFailed, type TaskContext } from '@switchyard/policies';
import type { CompiledRules } from './class-rules.js';
import { TextWords } from './word-class.js';

export interface Classified {
  /** Empty where it is of none. */
  class: string;
  by: 'rule' | 'like' | 'none';
  /** Which of the sets of rules decided; undefined where none did. */
  rules: CompiledRules | undefined;
  /** Of the rule within its set, from 1; 0 where none decided. */
  place: number;
  /** By words: how like it is, and how like it had to be. */
  similarity: number;
  threshold: number;
  /** Conditions that could not be decided, with why. They fit nothing: a class is no place for a guess. */
  undecided: string[];
}

/**
 * The class of a task. Of each set in turn: the first condition that holds; else the class that its words are most like, if it is like
 * it enough. Pure, and cheap enough to be asked before a run: a few microseconds a rule.
 *
 * @param sets the first that names a class decides
 */
export function classify(sets: readonly CompiledRules[], task: TaskContext): Classified {
  const undecided: string[] = [];
  let words: TextWords | undefined;
  for (const rules of sets) {
    for (const rule of rules.conditions) {
      try {
        if (rule.when.holds(task))
          return { ...NONE, class: rule.class, by: 'rule', rules, place: rule.place, undecided };
      } catch (error) {
        if (!(error instanceof ConditionFailed)) throw error;
        undecided.push(`\`${rule.when.text}\`: ${error.message}`);
      }
    }
    if (rules.likenesses.length === 0) continue;
    words ??= new TextWords(task.input);
    const found = words.nearest(rules.likenesses);
    if (found === undefined) continue;
    const { class: name, place, threshold } = found.nearest;
    return { class: name, by: 'like', rules, place, similarity: found.similarity, threshold, undecided };
  }
  return { ...NONE, undecided };
}

const NONE = { class: '', by: 'none', rules: undefined, place: 0, similarity: 0, threshold: 0 } as const;
