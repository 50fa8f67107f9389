/** More than any answer to a probe has; an endpoint that goes on is broken. */
const MAX_BYTES = 2 * 1_024 * 1_024;

/** A `fetch` that keeps what answers said, so that one answer can be read in several ways. */
export class BodyRecorder {
  private pieces: Uint8Array[] = [];
  /** Of the last answer; empty where there was none. */
  contentType = '';

  constructor(private readonly inner: typeof fetch) {}

  readonly fetch: typeof fetch = async (input, init) => {
    this.pieces = [];
    this.contentType = '';
    const response = await this.inner(input, init);
    this.contentType = response.headers.get('content-type') ?? '';
    if (!response.ok || response.body === null) return response;
    const { pieces } = this;
    let total = 0;
    const recorded = response.body.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform: (piece, controller) => {
          total += piece.byteLength;
          if (total > MAX_BYTES) return controller.error(new Error(`more than ${MAX_BYTES} bytes came`));
          pieces.push(piece);
          controller.enqueue(piece);
        },
      }),
    );
    return new Response(recorded, { status: response.status, headers: response.headers });
  };

  /** The body of the last answer as `readBody` takes it. */
  body(): string {
    const bytes = Buffer.concat(this.pieces);
    return bytes.toString(/vnd\.amazon\.eventstream/iu.test(this.contentType) ? 'base64' : 'utf8');
  }
}
