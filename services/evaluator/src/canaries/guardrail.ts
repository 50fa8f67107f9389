import type { Guardrail, Rollout } from '@switchyard/contracts';

/** A guardrail with all that its contract lets be left out. */
export interface WatchedGuardrail {
  name: string;
  measure: string;
  /** Of feedback and scores: their name. */
  of: string;
  margin: number;
  /** Chance of a false alarm over the whole rollout. */
  alpha: number;
}

/** Of all guardrails of a rollout together that name none of their own. */
const ALPHA = 0.05;
/** Where the rollout names none. */
const DEFAULT = { name: 'success', measure: 'success', of: '', margin: 0.02, alpha: 0 } as const;
/** The question that people are asked where none is named. */
const RATING = 'rating';

/** Each with its part of the chance of a false alarm: their number is what it is shared by, so that all together keep it. */
export function watchedGuardrails({ guardrails }: Pick<Rollout, 'guardrails'>): WatchedGuardrail[] {
  const given: readonly Omit<Guardrail, '$typeName' | '$unknown'>[] = guardrails.length > 0 ? guardrails : [DEFAULT];
  return given.map(({ name, measure, of, margin, alpha }) => ({
    ...{ name: name || measure, measure, margin },
    of: of || (measure === 'feedback' ? RATING : ''),
    alpha: alpha > 0 ? alpha : ALPHA / given.length,
  }));
}
