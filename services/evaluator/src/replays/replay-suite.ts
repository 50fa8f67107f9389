import { contentAddress, type JsonObject } from '@switchyard/contracts';

/** Characters of an agent's name in that of its replays: with the rest it is a name that a suite may have. */
const MAX_AGENT = 80;

/**
 * The suite of recorded runs. Its name tells which runs: two replays of the same ones are of one suite, whatever they run on, and can
 * be compared. Pure.
 *
 * @param cases as of `replayCase`, at least one
 */
export function replaySuite(agent: string, cases: readonly JsonObject[], unmatched: string): JsonObject {
  const ordered = [...cases].sort((a, b) => (String(a['id']) < String(b['id']) ? -1 : 1));
  const runs = ordered.map(({ id }) => String(id));
  const digits = contentAddress({ runs, unmatched: unmatched || 'stop' }).slice(7, 19);
  return {
    suite: `replay of ${agent.slice(0, MAX_AGENT)} ${digits}`,
    description: `${runs.length} recorded ${runs.length === 1 ? 'run' : 'runs'} of ${agent}, with tool calls answered from the journal.`,
    agent,
    cases: ordered,
  };
}
