import { describe, expect, it } from '@jest/globals';
import { SwitchyardError, type JsonObject } from '@switchyard/contracts';
import { JOURNAL_FORM } from './journal-form.js';
import { readEntry } from './read-entry.js';
import { upcast, type Upcasters } from './upcasters.js';

const parked = (version?: number): JsonObject => ({
  tenant: 'default',
  run_id: 'run_1',
  seq: 3,
  ...(version === undefined ? {} : { version }),
  run_parked: { reason: 'tool', call_ids: ['a'] },
});

describe('forms of entries', () => {
  it('an entry of an older form is read as it would be written now, by every step in between and in order', () => {
    const steps: Upcasters = {
      1: {
        run_parked: (entry) => ({ ...entry, run_parked: { why: 'tool' } }),
        run_resumed: () => ({ run_resumed: 'not asked' }),
      },
      3: { run_parked: (entry) => ({ ...entry, run_parked: { because: entry['run_parked'] ?? null } }) },
    };
    const before = parked();
    const after = upcast(before, 1, 4, steps);
    expect(after).toEqual({ ...before, version: 4, run_parked: { because: { why: 'tool' } } });
    expect(upcast(before, 2, 4, steps)).toMatchObject({ run_parked: { because: { reason: 'tool' } } });
    expect(before).toEqual(parked());
  });

  it('an entry without a number is of the first form, and keeps its meaning', () => {
    const event = readEntry(parked());
    expect(event).toMatchObject({ seq: 3, version: JOURNAL_FORM, body: { case: 'runParked' } });
    expect(readEntry(parked(JOURNAL_FORM))).toEqual(event);
  });

  it('an entry of a future form is refused, retryably and with its place, whatever it holds', () => {
    const future = { ...parked(JOURNAL_FORM + 1), run_teleported: { where: 'unknown' } };
    let error: unknown;
    try {
      readEntry(future);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(SwitchyardError);
    expect(error).toMatchObject({
      code: 'journal.future_version',
      retryable: true,
      details: { run_id: 'run_1', seq: 3, version: JOURNAL_FORM + 1, readable: JOURNAL_FORM },
    });
  });
});
