/**
 * The key of a run's metadata that says that its calls were answered from a record: the run that the answers come from, or
 * "answers" where they were written. Routers set it, whatever the task says; such a run is no evidence of what happens in the world,
 * and nothing that was said in it is remembered.
 */
export const REPLAY_MARK = 'switchyard.replay';

export function isReplay({ metadata }: { metadata: Readonly<Record<string, string>> }): boolean {
  return REPLAY_MARK in metadata;
}

/** What a task says of itself, without what only a router may say. */
export function withoutReplayMark(metadata: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(metadata).filter(([key]) => key !== REPLAY_MARK));
}
