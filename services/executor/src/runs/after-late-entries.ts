import { SwitchyardError, type RunEvent } from '@switchyard/contracts';
import { next, preview, type EventDraft, type RunState } from '@switchyard/journal';

/** Whether others may journal this of a run that an executor has in hand. None of it advances the run. */
export function isLate({ body }: Pick<RunEvent, 'body'>): boolean {
  switch (body.case) {
    case 'backendSwitched':
    case 'approvalResolved':
    case 'childRunSettled':
      return true;
    case 'inputAppended':
      return body.value.source === 'user' || body.value.source === 'answer';
    default:
      return false;
  }
}

/** Places of what users said. */
export function userInputs(entries: readonly RunEvent[]): number[] {
  return entries.flatMap(({ body, seq }) =>
    body.case === 'inputAppended' && body.value.source === 'user' ? [seq] : [],
  );
}

/** Drafts where they stand after late entries, and the state after them. */
export interface Rebased {
  drafts: EventDraft[];
  state: RunState;
}

/**
 * What an executor did, put after what others journaled meanwhile. A turn says what it has not seen. Left out is the end
 * of a run to which somebody said something more, and the waiting of one whose call was decided or answered just then.
 * Pure.
 *
 * @param before the last seq that the executor had read when it made the drafts
 * @param loaded the state with the late entries
 * @returns undefined where the drafts cannot follow them: both decided the same call
 */
export function afterLateEntries(
  drafts: readonly EventDraft[],
  before: number,
  loaded: RunState,
  late: readonly RunEvent[],
): Rebased | undefined {
  const missed = userInputs(late);
  const told = drafts.flatMap((draft) => afterwards(draft, before, late.length, missed));
  try {
    const last = told.at(-1);
    const done = isDecision(last) ? told.slice(0, -1) : told;
    const state = preview(loaded, done);
    if (last === undefined || done.length === told.length) return { drafts: done, state };
    return stands(last, state, late) ? { drafts: told, state: preview(loaded, told) } : { drafts: done, state };
  } catch (error) {
    if (error instanceof SwitchyardError && error.code === 'journal.illegal') return undefined;
    throw error;
  }
}

function afterwards(draft: EventDraft, before: number, moved: number, missed: readonly number[]): EventDraft[] {
  const { body } = draft;
  if (body.case === 'modelTurnCompleted' && missed.length > 0)
    return [
      {
        ...draft,
        body: { ...body, value: { ...body.value, missedSeqs: [...(body.value.missedSeqs ?? []), ...missed] } },
      },
    ];
  if (body.case === 'contextCompacted' && (body.value.upToSeq ?? 0) > before) {
    // It reaches into what is written with it, and would take what was said meanwhile with it: the history stays whole, and
    // is made smaller again for the next turn.
    if (missed.length > 0) return [];
    return [{ ...draft, body: { ...body, value: { ...body.value, upToSeq: (body.value.upToSeq ?? 0) + moved } } }];
  }
  return [draft];
}

function isDecision(draft: EventDraft | undefined): boolean {
  return draft?.body.case === 'runCompleted' || draft?.body.case === 'runParked';
}

function stands({ body }: EventDraft, state: RunState, late: readonly RunEvent[]): boolean {
  if (body.case === 'runCompleted') return next(state).type === 'Finish';
  const isRetry = body.case === 'runParked' && body.value.reason === 'retry';
  return !late.some(({ body: entry }) =>
    isRetry
      ? entry.case === 'backendSwitched'
      : entry.case === 'approvalResolved' ||
        entry.case === 'childRunSettled' ||
        (entry.case === 'inputAppended' && entry.value.source === 'answer'),
  );
}
