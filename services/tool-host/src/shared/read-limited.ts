import type { Response } from 'undici';

/** The first bytes of an answer. Those after decompression count: a small answer may unpack to a huge one. */
export async function readLimited(response: Response, maxBytes: number): Promise<{ body: Buffer; cut: boolean }> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    const bytes: Uint8Array = chunk;
    chunks.push(bytes.subarray(0, maxBytes - size));
    size += bytes.length;
    // Leaving the loop ends the connection.
    if (size > maxBytes) return { body: Buffer.concat(chunks), cut: true };
  }
  return { body: Buffer.concat(chunks), cut: false };
}
