import { fromStore, RunEventSchema, type JsonObject, type RunEvent } from '@switchyard/contracts';
import { formOf, futureForm, JOURNAL_FORM } from './journal-form.js';
import { upcast } from './upcasters.js';

/**
 * A stored entry as this build understands it, whichever build wrote it.
 *
 * @throws SwitchyardError `journal.future_version` retryable, where a newer build wrote it
 */
export function readEntry(wire: JsonObject): RunEvent {
  const form = formOf(wire);
  if (form > JOURNAL_FORM) throw futureForm(wire, JOURNAL_FORM);
  return fromStore(RunEventSchema, form === JOURNAL_FORM ? wire : upcast(wire, form, JOURNAL_FORM));
}
