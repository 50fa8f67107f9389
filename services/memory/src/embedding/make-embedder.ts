import type { Config } from '@switchyard/config';
import type { Embedder } from './embedder.js';
import { HttpEmbedder } from './http-embedder.js';
import { LOCAL_VERSION, LocalEmbedder } from './local-embedder.js';

/** The embedder that is set; undefined: none. */
export function makeEmbedder({ embedder }: Config['memory']): Embedder | undefined {
  if (embedder.kind === 'none') return undefined;
  return embedder.kind === 'http' ? new HttpEmbedder(embedder) : new LocalEmbedder();
}

/**
 * Those that made the vectors that are still there, for queries until the present one has made its own: the local one, and
 * other models of the same endpoint. What came from elsewhere cannot be asked any more.
 *
 * @param versions of which there are vectors
 */
export function embeddersBefore(
  { embedder }: Config['memory'],
  present: Embedder,
  versions: readonly string[],
): Embedder[] {
  return versions
    .filter((version) => version !== present.version)
    .flatMap((version): Embedder[] => {
      if (version === LOCAL_VERSION) return [new LocalEmbedder()];
      const [, model, dimensions] = /^http:(.+)@(\d+)$/s.exec(version) ?? [];
      if (embedder.kind !== 'http' || model === undefined) return [];
      return [new HttpEmbedder({ ...embedder, model, dimensions: Number(dimensions) })];
    });
}
