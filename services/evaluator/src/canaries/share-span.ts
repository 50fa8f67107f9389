/** From when to when a rollout was seen to have a share. ISO 8601. */
export interface ShareSpan {
  share: number;
  from: string;
  to: string;
}

/**
 * The spans with what was just heard. A change is known to lie between the last look that saw the old share and the answer that told the
 * new one.
 *
 * @param asked before the router was asked
 * @param answered after it
 */
export function seenShare(
  spans: readonly ShareSpan[],
  share: number,
  { startedAt, asked, answered }: { startedAt: Date; asked: Date; answered: Date },
): ShareSpan[] {
  const last = spans.at(-1);
  if (last === undefined) return [{ share, from: startedAt.toISOString(), to: asked.toISOString() }];
  if (last.share === share) {
    // Another replica may have asked later than this one.
    const to = last.to > asked.toISOString() ? last.to : asked.toISOString();
    return [...spans.slice(0, -1), { ...last, to }];
  }
  return [...spans, { share, from: answered.toISOString(), to: answered.toISOString() }];
}

/**
 * The share with which a run was drawn that was accepted at this moment; undefined where a change was under way. Leaving those few out
 * favours no arm, since when a run was accepted says nothing of how it went; a wrong share would.
 */
export function shareAt(spans: readonly ShareSpan[], at: Date): number | undefined {
  const time = at.toISOString();
  const [first] = spans;
  const last = spans.at(-1);
  if (last && time >= last.from) return last.share;
  // By another clock: a run that names the rollout was drawn in it.
  if (first && time < first.from) return first.share;
  return spans.find(({ from, to }) => time >= from && time <= to)?.share;
}
