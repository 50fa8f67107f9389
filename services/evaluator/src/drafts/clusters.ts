/** Whose run it was: runs of one thread, or else of one user, are alike. */
export interface Belonging {
  thread: string;
  user: string;
}

/** The first run in the record that belongs to the same. */
export interface FirstRun extends Belonging {
  runId: string;
}

/** What a suite takes as the name of a cluster. */
const NAME = /^[^\u0000-\u001f\u007f]{1,128}$/;

/**
 * Names the clusters of runs. With `plain` a cluster is called as its thread or user; without, and where a suite takes no
 * such name, after its first run: it is the same on every page, and tells nothing of anybody.
 */
export function clusterNames(
  firstRuns: readonly FirstRun[],
  plain: boolean,
): (belonging: Belonging) => string | undefined {
  const first = new Map(firstRuns.map((run) => [keyOf(run), run.runId]));
  return (belonging) => {
    const { thread, user } = belonging;
    const name = thread || user;
    if (name === '') return undefined;
    if (plain && NAME.test(name)) return name;
    const runId = first.get(keyOf(belonging));
    return runId === undefined ? undefined : `${thread === '' ? 'user' : 'thread'} of ${runId}`;
  };
}

/** A thread and a user of one name are two. */
function keyOf({ thread, user }: Belonging): string {
  return thread === '' ? `user ${user}` : `thread ${thread}`;
}
