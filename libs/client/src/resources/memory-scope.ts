import type { JsonObject } from '@switchyard/contracts';

/** Whose memories; what is left out does not narrow. The tenant is the key's. */
export interface MemoryScope {
  agent?: string | undefined;
  user?: string | undefined;
  thread?: string | undefined;
}

/** As it stands in a body: only the parts that are set. */
export function scopeOf(scope: MemoryScope = {}): JsonObject {
  return defined({ agent: scope.agent, user: scope.user, thread: scope.thread });
}

/** Without what was not given. */
export function defined(values: Readonly<Record<string, JsonObject[string] | undefined>>): JsonObject {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, JsonObject[string]] => entry[1] !== undefined),
  );
}
