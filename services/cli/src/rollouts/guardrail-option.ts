import { SwitchyardError } from '@switchyard/contracts';
import type { NewGuardrail } from '@switchyard/client';

const MEASURES = ['success', 'cost', 'latency', 'feedback', 'overrides', 'score'] as const;

/**
 * `success:0.02`, `score/politeness:0.05`, or a measure alone, which may not be worse at all.
 *
 * @throws SwitchyardError `usage.invalid`
 */
export function guardrailOf(text: string): NewGuardrail {
  const [, word = '', of, margin] = /^([a-z]+)(?:\/([\w.-]+))?(?::(\d+(?:\.\d+)?|\.\d+))?$/.exec(text) ?? [];
  const measure = MEASURES.find((known) => known === word);
  if (measure === undefined || (measure === 'score') !== (of !== undefined))
    throw new SwitchyardError(
      'usage.invalid',
      `"${text}" is no guardrail. Write success:0.02, cost:0.1, latency:0.2, feedback:0.05, overrides:0.01 or score/<name>:0.05.`,
    );
  return { measure, ...(of === undefined ? {} : { of }), ...(margin === undefined ? {} : { margin: Number(margin) }) };
}
