import { createHash } from 'node:crypto';
import type { JsonObject, JsonValue } from '../../json.js';
import { isJsonObject, nonEmptyString } from '../../json.js';
import type { ReasoningPart, TextPart, ToolCallPart } from '../../messages/message.js';
import type { AnsweredCall, AssistantTurn } from '../../messages/turns.js';
import { inOrder, spokenIn, wellFormed } from '../../messages/turns.js';
import type { Profile } from '../../profile/profile.js';

export type AssistantEntry =
  { kind: 'text'; part: TextPart } | { kind: 'reasoning'; item: JsonObject } | { kind: 'call'; call: AnsweredCall };

/** A `reasoning` item's members that must go back, as they stand in a `ReasoningPart`'s `opaque`. */
export interface SealedReasoning extends JsonObject {
  id: string;
  summary: JsonObject[];
  encrypted_content?: string;
}

/** The texts of a `summary`, which is a list of `summary_text`. */
export function summaryTexts(summary: JsonValue | undefined): string[] {
  if (!Array.isArray(summary)) return [];
  return summary.flatMap((entry) => (isJsonObject(entry) ? (nonEmptyString(entry['text']) ?? []) : []));
}

/** Puts the reasoning that may go back between the items of each assistant turn. One instance writes one request. */
export class ReasoningReplay {
  /** An item that comes twice is refused. */
  private readonly sent = new Set<string>();
  private derivedIds = 0;

  constructor(private readonly profile: Profile) {}

  /** What an assistant said, in the order of the answer. Each reasoning item stands before an item that is no reasoning. */
  inOrder(turn: AssistantTurn): AssistantEntry[] {
    const entries: AssistantEntry[] = [];
    const placed = new Map(turn.calls.flatMap(({ call }, index) => this.placeOf(call).map((id) => [id, index + 1])));
    let next = 0;
    const addCalls = (end: number): void => {
      for (const call of turn.calls.slice(next, end)) entries.push({ kind: 'call', call });
      next = Math.max(next, end);
    };
    let position = 0;
    // Only OpenAI's own order is kept: DeepSeek, for one, refuses whatever stands between calls and their results.
    const said = this.profile.reasoning.replay === 'signed' ? inOrder(turn) : [...spokenIn(turn), ...turn.calls];
    for (const part of said) {
      if ('call' in part) {
        addCalls(++position);
        continue;
      }
      if (part.type === 'text') {
        entries.push({ kind: 'text', part });
        continue;
      }
      const item = this.render(part);
      if (item === undefined) continue;
      addCalls(placed.get(String(item['id'])) ?? 0);
      entries.push({ kind: 'reasoning', item });
    }
    // "Item of type 'reasoning' was provided without its required following item": of an answer that was only thoughts.
    const end = entries.findLastIndex((entry) => entry.kind !== 'reasoning') + 1;
    return entries.slice(0, end).filter((entry) => {
      if (entry.kind !== 'reasoning') return true;
      const id = String(entry.item['id']);
      const isNew = !this.sent.has(id);
      this.sent.add(id);
      return isNew;
    });
  }

  /** Undefined for what may not go back: reasoning of others, and what the endpoint could not open. */
  private render(part: ReasoningPart): JsonObject | undefined {
    const { capabilities, reasoning } = this.profile;
    // A model that does not reason refuses all of it.
    if (!capabilities.reasoning || reasoning.signer === '' || part.signer !== reasoning.signer) return undefined;
    const sealed = isJsonObject(part.opaque) ? part.opaque : {};
    const id = nonEmptyString(sealed['id']);
    const summary = summaryTexts(sealed['summary']).map((text) => ({ type: 'summary_text', text }));
    const content = nonEmptyString(sealed['encrypted_content']);
    switch (reasoning.replay) {
      case 'none':
        return undefined;
      case 'signed':
        // Without its store, the endpoint knows an item by this alone. It is bound to the id.
        return content === undefined || id === undefined
          ? undefined
          : { type: 'reasoning', id, summary, encrypted_content: content };
      case 'field': {
        // Servers of open models (vLLM and others) take the thoughts as text.
        if (part.text === '') return undefined;
        const text = wellFormed(part.text);
        return {
          type: 'reasoning',
          id: id ?? this.deriveId(text),
          summary: [],
          content: [{ type: 'reasoning_text', text }],
        };
      }
    }
  }

  private deriveId(text: string): string {
    return `rs_${createHash('sha256').update(`${this.derivedIds++}:${text}`).digest('hex').slice(0, 32)}`;
  }

  /**
   * The reasoning item before which a call stands, in messages that were stored while all calls were at their end: it was
   * noted as the call's seal.
   */
  private placeOf({ seal }: ToolCallPart): string[] {
    const { replay, signer } = this.profile.reasoning;
    if (replay !== 'signed' || seal?.signer !== signer || !isJsonObject(seal.value)) return [];
    const id = nonEmptyString(seal.value['before']);
    return id === undefined ? [] : [id];
  }
}
