import type { InputAppended } from '@switchyard/contracts';
import { harmless } from './style.js';

/** Why a source of input has nothing to say: "memory could not be asked: …". */
export function notAsked({ source, error }: Pick<InputAppended, 'source' | 'error'>): string {
  return harmless(`${source} could not be asked: ${error?.message ?? ''} [${error?.code ?? ''}]`);
}
