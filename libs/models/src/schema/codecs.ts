import { own } from './keywords.js';
import type { Codec } from './projection.js';

/** Whether a value ever differs on both sides. */
export function transforms(
  codec: Codec,
  definitions: Readonly<Record<string, Codec>>,
  seen = new Set<string>(),
): boolean {
  const within = (inner: Codec | null | undefined): boolean =>
    inner !== undefined && inner !== null && transforms(inner, definitions, seen);
  switch (codec.kind) {
    case 'object':
      return (
        codec.rest !== undefined ||
        within(codec.additional) ||
        Object.values(codec.properties).some(
          (property) => property.optional !== undefined || property.name !== undefined || within(property.codec),
        )
      );
    case 'array':
      return within(codec.items) || (codec.prefix ?? []).some(within);
    case 'union':
      return codec.branches.some((branch) => within(branch.codec));
    case 'reference': {
      if (seen.has(codec.name)) return false;
      seen.add(codec.name);
      return within(own(definitions, codec.name));
    }
    default:
      return true;
  }
}
