import type { IncomingMessage } from 'node:http';
import { WireRefusal } from './conversation.js';

/** The largest request that Anthropic takes. */
const MAX_BYTES = 32 * 1024 * 1024;

/** After an even number of backslashes, or none. */
const LONE_SURROGATE = /(?<!\\)(?:\\\\)*\\ud[89a-f]/;

/** A JSON body. Throws `WireRefusal` where a real endpoint would answer 400 or 413. */
export async function readBody(request: IncomingMessage): Promise<unknown> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > MAX_BYTES) throw new WireRefusal(413, 'request_too_large', 'Request exceeds the maximum size');
    pieces.push(piece);
  }
  const body = parse(Buffer.concat(pieces).toString('utf8'));
  // Written again, half a character is an escape, which it can be nowhere else; real parsers refuse it.
  if (body === undefined || LONE_SURROGATE.test(JSON.stringify(body)))
    throw new WireRefusal(400, 'invalid_request_error', 'We could not parse the JSON body of your request.');
  return body;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
