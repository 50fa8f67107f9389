import { isEcho } from './echo.js';
import type { Outcome, Statement } from './statement.js';

/** A memory that is there already. */
export interface Known {
  id: string;
  statementKey: string;
  state: string;
}

/** What the store knows that bears on a batch. */
export interface Knowledge {
  /** By statement key. */
  known: ReadonlyMap<string, Known>;
  /** By save key: the memories that were counted for it, and whether they are still there. */
  saves: ReadonlyMap<string, readonly { memoryId: string; exists: boolean }[]>;
  /** Texts that the run was given. */
  shown: readonly { id: string; text: string }[];
}

/** What becomes of one statement: the memory that it is now, or is part of. */
export interface Planned {
  statement: Statement;
  outcome: Outcome;
  /** Empty: there is none. */
  memoryId: string;
  /** What was retracted or superseded is current again. */
  revives: boolean;
}

/** Decides what becomes of each statement, in order; later ones know of the earlier ones. */
export function planSave(statements: readonly Statement[], knowledge: Knowledge): Planned[] {
  const known = new Map(knowledge.known);
  const saved = new Map(knowledge.saves);
  return statements.map((statement) => {
    const planned = plan(statement, { ...knowledge, known, saves: saved });
    if (planned.outcome === 'stored')
      known.set(statement.statementKey, {
        id: planned.memoryId,
        statementKey: statement.statementKey,
        state: 'current',
      });
    if (statement.saveKey !== '' && planned.memoryId !== '')
      saved.set(statement.saveKey, [{ memoryId: planned.memoryId, exists: true }]);
    return planned;
  });
}

function plan(statement: Statement, { known, saves, shown }: Knowledge): Planned {
  const here = known.get(statement.statementKey);
  const before = statement.saveKey === '' ? [] : (saves.get(statement.saveKey) ?? []);
  const as = (outcome: Outcome, memoryId: string, revives = false): Planned => ({
    statement,
    outcome,
    memoryId,
    revives,
  });
  if (here && before.some(({ memoryId }) => memoryId === here.id)) {
    // Whoever imports what he took back is told that it is not there.
    const isWithdrawn = here.state === 'retracted' && statement.provenance.source === 'import';
    return as(isWithdrawn ? 'withdrawn' : 'redelivered', here.id);
  }
  const [there] = before.filter(({ exists }) => exists);
  if (there && statement.kind === 'episode') return as('redelivered', there.memoryId);
  if (before.some(({ exists }) => !exists) && !here) return as('forgotten', '');
  // However far it is believed: only who is no program says a thing because it is so.
  if (statement.provenance.source !== 'user') {
    const echoed = shown.find(({ text }) => isEcho(statement.text, text));
    if (echoed) return as('echo', echoed.id);
    if (here?.state === 'retracted') return as('withdrawn', here.id);
  }
  if (here) return as('repeated', here.id, here.state !== 'current');
  return as('stored', statement.id);
}
