import { describe, expect, it } from '@jest/globals';
import { accepted, BEGAN, completed, journal, kinds, runSeen, turn, type Body } from './check.fixture.js';
import { checkThread } from './check-thread.js';
import type { Outcome, Sent } from './outcome.js';
import { doneLine } from './program.js';
import type { Policy } from './scenario.js';
import type { Violation } from './violation.js';

interface Sending {
  index?: number;
  policy?: Policy;
  /** Milliseconds after the beginning. */
  at?: number;
  sent?: Partial<Sent>;
  /** Its run's entries, one every 100 ms. */
  entries?: Body[];
  status?: string;
}

/** A message of the thread whose run was accepted at once and ended 300 ms later, with what is said of it changed. */
function message({ index = 0, policy = 'queue', at = 0, sent = {}, entries, status = 'completed' }: Sending): Outcome {
  const id = `t${index}`;
  const began = BEGAN + at;
  const runId = `run_${index}`;
  const usual = [accepted, turn(1, doneLine(id), began + 50), turn(2), completed(doneLine(id))];
  const hasRun = !sent.joined && !sent.refused;
  return {
    scenario: { program: { id, turns: [] }, watched: false, message: { thread: 't', index, policy, afterMs: 0 } },
    sent: { at: began, runId: sent.refused ? '' : runId, joined: false, refused: false, ...sent },
    runs: hasRun ? [runSeen(journal(entries ?? usual, began), status, runId)] : [],
    ended: true,
    streamFaults: [],
  };
}

function found(...messages: Outcome[]): string[] {
  const violations: Violation[] = [];
  checkThread(messages, (kind, text) => violations.push({ kind, program: 't', text }));
  return kinds(violations);
}

const said = (...ids: string[]): Body[] =>
  ids.map((id) => ({
    case: 'inputAppended',
    value: {
      source: 'user',
      messages: [{ role: 'user', parts: [{ type: 'text', text: `{"id":"${id}","turns":[]}` }] }],
    },
  }));
const cancelled = (reason: string): Body[] => [accepted, { case: 'runCancelled', value: { reason } }];

describe('of a thread, what the verifier finds', () => {
  it('is nothing where each run begins after the end of the one before', () => {
    expect(found(message({}), message({ index: 1, at: 400 }))).toEqual([]);
  });

  it('is two runs that interleave', () => {
    expect(found(message({}), message({ index: 1, at: 200 }))).toEqual(['wrong']);
  });

  it('is a refusal by another policy, and one where no run went on', () => {
    const refused = (policy: Policy, at: number) => message({ index: 1, policy, at, sent: { refused: true } });
    expect(found(message({}), refused('reject', 100))).toEqual([]);
    expect(found(message({}), refused('queue', 100))).toEqual(['lost']);
    expect(found(message({}), refused('reject', 60_000))).toEqual(['wrong']);
  });

  it('is a message that had to be refused and was accepted', () => {
    const long = { entries: [accepted, ...Array.from({ length: 50 }, () => turn(1)), completed('')] };
    expect(found(message(long), message({ index: 1, policy: 'reject', at: 100 }))).toContain('wrong');
  });

  it('is a cancel that no later message asked for', () => {
    const interrupting = message({ index: 1, policy: 'interrupt', at: 400 });
    const of = (reason: string) => message({ entries: cancelled(reason), status: 'cancelled' });
    expect(found(of('interrupted by run_1'), interrupting)).toEqual([]);
    expect(found(of('interrupted by run_7'), interrupting)).toEqual(['wrong']);
    expect(found(of('interrupted by run_1'), message({ index: 1, at: 400 }))).toEqual(['wrong']);
  });

  it('is what joined a run and is not in its journal, is there twice, or was never heard', () => {
    const joining = message({ index: 1, policy: 'steer', sent: { joined: true, runId: 'run_0' } });
    const with_ = (ids: string[], answer: string) =>
      message({ entries: [accepted, ...said(...ids), turn(1, answer), completed(answer)] });
    expect(found(with_(['t1'], `${doneLine('t0')}\nheard t1`), joining)).toEqual([]);
    expect(found(with_(['t1'], doneLine('t0')), joining)).toEqual(['lost']);
    expect(found(with_([], `${doneLine('t0')}\nheard t1`), joining)).toEqual(['lost']);
    expect(found(with_(['t1', 't1'], `${doneLine('t0')}\nheard t1`), joining)).toEqual(['duplicated']);
  });

  it('is a message that joined another run than the last', () => {
    const joining = message({ index: 2, policy: 'steer', sent: { joined: true, runId: 'run_0' } });
    expect(found(message({}), message({ index: 1, at: 400 }), joining)).toEqual(['wrong']);
  });
});
