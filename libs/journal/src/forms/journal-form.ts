import { SwitchyardError, type JsonObject } from '@switchyard/contracts';

/**
 * The form of the entries that this build writes, and the newest that it can read. To be raised with every change that an
 * older reader would misunderstand: a type of entry, or a field without which an entry means something else. Entries of
 * the first form have no number.
 */
export const JOURNAL_FORM = 2;

/** How long whoever cannot read an entry leaves it to a newer process, in milliseconds. */
const LEFT_FOR_MS = 5_000;

/** The form of an entry as it is stored. */
export function formOf(wire: JsonObject): number {
  const { version } = wire;
  return typeof version === 'number' ? version : 1;
}

/**
 * The error of an entry that a newer build wrote. Retryable: nothing is wrong with the run, and a process that was brought
 * up to date takes it.
 */
export function futureForm(wire: JsonObject, readable: number): SwitchyardError {
  const { run_id = '', seq = 0 } = wire;
  const version = formOf(wire);
  return new SwitchyardError(
    'journal.future_version',
    `Entry ${String(seq)} of run ${String(run_id)} has the form ${version}, and this process reads forms up to ${readable}: a newer Switchyard wrote it. Newer processes go on with the run; bring this one up to date.`,
    { retryable: true, details: { run_id, seq, version, readable, retry_after_ms: LEFT_FOR_MS } },
  );
}

/** Whether the run is left to newer processes. */
export function isFutureForm(error: unknown): error is SwitchyardError {
  return error instanceof SwitchyardError && error.code === 'journal.future_version';
}
