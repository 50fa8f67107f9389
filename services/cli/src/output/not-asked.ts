import type { InputAppended } from '@switchyard/contracts';
import { harmless } from './style.js';

/** Why a source of input has nothing to say: "memory could not be asked: …". */
export function notAsked({ source, error }: Pick<InputAppended, 'source' | 'error'>): string {
  return harmless(`${source} could not be asked: ${error?.message ?? ''} [${error?.code ?? ''}]`);
}

/** What a source had to go without, after what it found: ", found with less than usual: …". Empty where it did not. */
export function withLess({ degraded }: Pick<InputAppended, 'degraded'>): string {
  return degraded.length === 0 ? '' : harmless(`, found with less than usual: ${degraded.join(' ')}`);
}
