import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { SwitchyardError } from '@switchyard/contracts';

/**
 * Keeps an upload in a file while `work` reads it as often as it likes: a bundle is checked to its last line before the
 * first record of it is stored.
 *
 * @param maxBytes as it is sent
 * @throws SwitchyardError `bundle.too_large`; what `work` throws
 */
export async function spooled<Result>(
  upload: AsyncIterable<Uint8Array>,
  maxBytes: number,
  work: (read: () => AsyncIterable<Uint8Array>) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'switchyard-bundle-'));
  const file = join(folder, 'bundle');
  try {
    await pipeline(bounded(upload, maxBytes), createWriteStream(file, { mode: 0o600 }));
    return await work(() => createReadStream(file));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function* bounded(upload: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Uint8Array> {
  let total = 0;
  for await (const chunk of upload) {
    total += chunk.length;
    if (total > maxBytes)
      throw new SwitchyardError(
        'bundle.too_large',
        `This bundle has more than ${maxBytes} bytes. Export it in parts (--since, --without runs), or raise SWITCHYARD_MAX_BUNDLE_BYTES.`,
        { details: { max_bytes: maxBytes } },
      );
    yield chunk;
  }
}
