import type { BodySyntax } from '../body.js';

/** Text where a call belongs: it was meant as one, and names no tool. */
export const unreadableBody: BodySyntax = {
  starts: /^/u,
  *read(source) {
    yield* source.skipSpace();
    return { kind: 'broken', calls: [], reason: 'A call is an object with a name and arguments, and this is text.' };
  },
};
