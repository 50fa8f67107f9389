/** What an answer that is too large is cut off with. */
export class MessageTooLarge extends Error {
  constructor(limit: number) {
    super(`The message exceeded maximum size of ${limit} bytes`);
  }
}

const LINE_FEED = 10;

/**
 * `fetch` whose answers end with `MessageTooLarge` where one message is longer than `limit` bytes: a whole body, or
 * one line of an event stream, which may itself go on for ever.
 *
 * @param send what sends the request
 */
export function boundedFetch(limit: number, send: typeof fetch = fetch): typeof fetch {
  return async (input, init) => {
    const response = await send(input, init);
    const { body, headers, status, statusText } = response;
    if (!body) return response;
    const perLine = headers.get('content-type')?.startsWith('text/event-stream') ?? false;
    const counted = body.pipeThrough(counting(limit, perLine));
    return new Response(counted, { headers, status, statusText });
  };
}

function counting(limit: number, perLine: boolean): TransformStream<Uint8Array, Uint8Array> {
  let length = 0;
  return new TransformStream({
    transform(chunk, controller) {
      const lineFeed = perLine ? chunk.lastIndexOf(LINE_FEED) : -1;
      length = lineFeed < 0 ? length + chunk.length : chunk.length - lineFeed - 1;
      if (length > limit) controller.error(new MessageTooLarge(limit));
      else controller.enqueue(chunk);
    },
  });
}
