import type { BodySyntax } from '../body.js';

/** Nothing but the beginning of the calls, each of which has marks of its own. */
export function sectionBody(open: string): BodySyntax {
  const starts = new RegExp(`^\\s*${open.replace(/[\\^$.*+?()[\]{}|/]/gu, '\\$&')}`, 'u');
  return {
    starts,
    *read(source) {
      yield* source.skipSpace();
      return { kind: 'calls', calls: [] };
    },
  };
}
