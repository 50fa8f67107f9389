import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { actionFor, LEDGER_STATUSES, type LedgerFact } from './ledger-rules.js';

const fact = fc.record<LedgerFact>({
  status: fc.constantFrom(...LEDGER_STATUSES),
  effect: fc.constantFrom('pure', 'idempotent', 'irreversible'),
  host: fc.constantFrom('a', 'b'),
  hostAlive: fc.boolean(),
});

describe('ledger rules', () => {
  it('never run a settled call again', () => {
    fc.assert(
      fc.property(fact, fc.constantFrom('a', 'b'), (found, self) => {
        if (found.status === 'settled') expect(actionFor(found, self)).toBe('answer');
      }),
    );
  });

  it('never run an irreversible call again once it was started', () => {
    fc.assert(
      fc.property(fact, fc.constantFrom('a', 'b'), (found, self) => {
        if (found.effect === 'irreversible') expect(actionFor(found, self)).not.toBe('take_over');
      }),
    );
  });

  it('begin again only what somebody has decided to try again', () => {
    fc.assert(
      fc.property(fact, fc.constantFrom('a', 'b'), (found, self) => {
        expect(actionFor(found, self) === 'begin_again').toBe(found.status === 'released');
      }),
    );
  });

  it('wait for a host that lives, and only for another one', () => {
    fc.assert(
      fc.property(fact, fc.constantFrom('a', 'b'), (found, self) => {
        const waits = actionFor(found, self) === 'wait';
        expect(waits).toBe(found.status === 'started' && found.host !== self && found.hostAlive);
      }),
    );
  });
});
