import type { SwitchyardClient } from '@switchyard/client';
import { SwitchyardError, type Memory, type RunEvent } from '@switchyard/contracts';

/**
 * Memories with the entry of the journal in which each was said. What a tool call saved names its call alone: the entry
 * is the one that asked for the call. A run that is not there any more is passed over.
 */
export async function withEntries(
  runs: Pick<SwitchyardClient['runs'], 'journal'>,
  memories: readonly Memory[],
): Promise<Memory[]> {
  const journals = new Map<string, RunEvent[]>();
  const found: Memory[] = [];
  for (const memory of memories) {
    const { provenance } = memory;
    const { runId, callId, seq } = provenance ?? { runId: '', callId: '', seq: 0 };
    if (!provenance || runId === '' || callId === '' || seq > 0) {
      found.push(memory);
      continue;
    }
    const journal = journals.get(runId) ?? (await journalOf(runs, runId));
    journals.set(runId, journal);
    found.push({ ...memory, provenance: { ...provenance, seq: entryOf(journal, callId) } });
  }
  return found;
}

/** 0: there is none. */
export function entryOf(journal: readonly RunEvent[], callId: string): number {
  const asked = journal.find(
    ({ body }) => body.case === 'toolCallsRequested' && body.value.calls.some((call) => call.callId === callId),
  );
  return asked?.seq ?? 0;
}

async function journalOf(runs: Pick<SwitchyardClient['runs'], 'journal'>, runId: string): Promise<RunEvent[]> {
  try {
    return await runs.journal(runId);
  } catch (error) {
    if (error instanceof SwitchyardError && /not_found$/.test(error.code)) return [];
    throw error;
  }
}
