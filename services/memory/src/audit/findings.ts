import { groupBy } from '../group-by.js';
import { tokenise } from '../text/tokenise.js';

/** A memory, as far as an audit looks at it. */
export interface Audited {
  id: string;
  text: string;
  kind: string;
  subject: string;
  state: string;
  trust: number;
  scopeId: string;
}

export type FindingKind = 'junk' | 'duplicate' | 'contradiction' | 'orphan';

export interface Finding {
  kind: FindingKind;
  /** Those that it is about; what is advised is done to the last ones. */
  ids: string[];
  why: string;
  advice: string;
}

/** Memories that say nothing anybody will ask for. */
export function findJunk(memories: readonly Audited[]): Finding[] {
  return memories.flatMap(({ id, text, kind }) => {
    const why = kind === 'episode' ? undefined : junkReason(text);
    return why === undefined
      ? []
      : [{ kind: 'junk' as const, ids: [id], why, advice: `switchyard memory retract ${id} --reason junk` }];
  });
}

/** Facts of one scope with the same words in another order or form. */
export function findDuplicates(memories: readonly Audited[]): Finding[] {
  const worded = memories
    .filter(({ kind, state }) => kind !== 'episode' && state === 'current')
    .map((memory) => ({ memory, words: [...new Set(tokenise(memory.text))].sort() }))
    .filter(({ words }) => words.length >= 2);
  return [...groupBy(worded, ({ memory, words }) => `${memory.scopeId} ${words.join(' ')}`).values()]
    .filter((group) => group.length > 1)
    .map((group) => {
      const ids = group.map(({ memory }) => memory.id);
      const why = `${group.length} memories of one scope have the same words; if they say the same, one is enough`;
      return { kind: 'duplicate' as const, ids, why, advice: `switchyard memory merge ${ids.join(' ')} --text "…"` };
    });
}

/** Facts of one subject and scope that are both held to be true. */
export function findContradictions(memories: readonly Audited[]): Finding[] {
  const current = memories.filter(({ subject, state }) => subject !== '' && state === 'current');
  return [...groupBy(current, ({ scopeId, subject }) => `${scopeId} ${subject}`).values()]
    .filter((group) => group.length > 1)
    .map((group) => {
      const [first, ...others] = [...group].sort((a, b) => b.trust - a.trust);
      const ids = [first, ...others].flatMap((memory) => (memory ? [memory.id] : []));
      const unequal = others.some(({ trust }) => trust < (first?.trust ?? 0));
      const why = `${group.length} memories say different things of "${first?.subject ?? ''}"${unequal ? '; the first is believed more' : ''}`;
      return {
        kind: 'contradiction' as const,
        ids,
        why,
        advice: `switchyard memory retract ${ids.at(-1) ?? ''} --reason "contradicts ${ids[0] ?? ''}"`,
      };
    });
}

/** Why a text is no memory; undefined: it may be one. */
function junkReason(text: string): string | undefined {
  if (tokenise(text).length === 0) return 'it has no word that says anything';
  if (/^\s*[[{<]/.test(text) && /[\]}>]\s*$/.test(text)) return 'it is data or markup and no statement';
  if (/^\s*(?:Traceback|Error:|\w+Error:|\w*Exception\b)|^\s+at .+:\d+:\d+/m.test(text))
    return 'it is the trace of an error';
  if (PLEASANTRY.test(text.trim())) return 'it is a pleasantry';
  if (/\?\s*$/.test(text)) return 'it is a question and no statement';
  if (
    /^(?:i|we|the assistant|assistant) (?:will|can|could|would|am going to|'ll) (?:help|assist|check|look|try|get back)\b/i.test(
      text,
    )
  )
    return 'it is what an assistant says he will do';
  return undefined;
}

const PLEASANTRY =
  /^(?:hi|hello|hey|thanks?(?: you)?|thank you(?: so much)?|you(?:'re| are) welcome|ok(?:ay)?|sure|great|no problem|good (?:morning|night|evening)|bye|sounds good|of course|let me know if .*|is there anything else .*|how can i (?:help|assist) .*|i(?:'m| am) (?:happy|glad) to (?:help|assist).*)[.!, ]*$/i;
