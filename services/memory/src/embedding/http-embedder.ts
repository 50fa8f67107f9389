import { z } from 'zod';
import { unit } from '../vectors/quantise.js';
import type { Embedder } from './embedder.js';
import { embedderInvalid, embedderUnavailable } from './embedder-error.js';

/** Texts of one request; OpenAI takes 2,048, others 32 and up. */
const MAX_INPUTS = 32;
/** Characters of a text that are sent: about the 8,192 tokens that most models see. */
const MAX_TEXT = 24_000;
const TIMEOUT_MS = 30_000;

export interface HttpEmbedderInit {
  /** Of the API, with its version: `https://api.openai.com/v1`. */
  url: string;
  model: string;
  key: string | undefined;
  dimensions: number;
}

/** As in https://platform.openai.com/docs/api-reference/embeddings. */
const reply = z.object({ data: z.array(z.object({ index: z.number().int(), embedding: z.array(z.number()) })) });

/** An endpoint that speaks OpenAI's embeddings API. */
export class HttpEmbedder implements Embedder {
  readonly version: string;
  readonly dimensions: number;
  private readonly stopping = new AbortController();

  constructor(private readonly init: HttpEmbedderInit) {
    this.version = `http:${init.model}@${init.dimensions}`;
    this.dimensions = init.dimensions;
  }

  async embed(texts: readonly string[]): Promise<Float32Array[]> {
    const vectors: Float32Array[] = [];
    for (let from = 0; from < texts.length; from += MAX_INPUTS)
      vectors.push(...(await this.ask(texts.slice(from, from + MAX_INPUTS))));
    return vectors;
  }

  close(): Promise<void> {
    this.stopping.abort();
    return Promise.resolve();
  }

  private async ask(texts: readonly string[]): Promise<Float32Array[]> {
    const { url, model, key } = this.init;
    const response = await fetch(`${url.replace(/\/+$/, '')}/embeddings`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(key !== undefined && { authorization: `Bearer ${key}` }) },
      body: JSON.stringify({ model, input: texts.map((text) => text.slice(0, MAX_TEXT)), encoding_format: 'float' }),
      redirect: 'error',
      signal: AbortSignal.any([this.stopping.signal, AbortSignal.timeout(TIMEOUT_MS)]),
    }).catch((error: unknown) => {
      throw embedderUnavailable(error instanceof Error ? error.message : String(error), error);
    });
    if (!response.ok) throw refused(response.status, url);
    const body: unknown = await response.json().catch((error: unknown) => {
      throw embedderUnavailable('its answer is no JSON', error);
    });
    return this.read(body, texts.length);
  }

  private read(body: unknown, count: number): Float32Array[] {
    const parsed = reply.safeParse(body);
    if (!parsed.success) throw embedderInvalid('its answer is not that of an embeddings API');
    const byIndex = new Map(parsed.data.data.map(({ index, embedding }) => [index, embedding]));
    return Array.from({ length: count }, (_, index) => {
      const vector = byIndex.get(index);
      if (!vector) throw embedderInvalid(`it gave ${byIndex.size} vectors for ${count} texts`);
      if (vector.length !== this.dimensions)
        throw embedderInvalid(`it gives ${vector.length} dimensions where ${this.dimensions} are set`);
      return unit(Float32Array.from(vector));
    });
  }
}

/** What was refused because of who asks stays refused; the rest may pass. Their words are not repeated: they may hold the key. */
function refused(status: number, url: string): Error {
  const why = `${new URL(url).host} answers ${status}`;
  return status >= 400 && status < 500 && status !== 408 && status !== 429
    ? embedderInvalid(why)
    : embedderUnavailable(why);
}
