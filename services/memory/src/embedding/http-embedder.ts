import { SwitchyardError } from '@switchyard/contracts';
import { z } from 'zod';
import { unit } from '../vectors/quantise.js';
import type { Embedder } from './embedder.js';
import { embedderInvalid, embedderUnavailable, isRefusal, textsRefused } from './embedder-error.js';
import { readRetryAfter } from './retry-after.js';

/** Texts of one request; OpenAI takes 2,048, others 32 and up. */
const MAX_INPUTS = 32;
/** Characters of a text that are sent: about the 8,192 tokens that most models see. */
const MAX_TEXT = 24_000;
/** A text that is refused is sent by its first half, down to this: scripts differ in characters per token. */
const MIN_TEXT = 1_000;
/** Bytes of an answer: 32 vectors of 16,000 numbers take some 12 MB. */
const MAX_ANSWER = 33_554_432;
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
      vectors.push(...(await this.ask(texts.slice(from, from + MAX_INPUTS).map((text) => text.slice(0, MAX_TEXT)))));
    return vectors;
  }

  close(): Promise<void> {
    this.stopping.abort();
    return Promise.resolve();
  }

  /** @throws SwitchyardError also `memory.embedder.text.invalid`: one of several, or a short one, is refused */
  private async ask(texts: readonly string[]): Promise<Float32Array[]> {
    try {
      return this.read(await this.post(texts), texts.length);
    } catch (error) {
      const [text = ''] = texts;
      if (!isRefusal(error) || texts.length > 1 || text.length <= MIN_TEXT) throw error;
      return this.ask([text.slice(0, text.length / 2)]);
    }
  }

  private async post(texts: readonly string[]): Promise<unknown> {
    const { url, model, key } = this.init;
    try {
      const response = await fetch(`${url.replace(/\/+$/, '')}/embeddings`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(key !== undefined && { authorization: `Bearer ${key}` }) },
        body: JSON.stringify({ model, input: texts, encoding_format: 'float' }),
        redirect: 'error',
        signal: AbortSignal.any([this.stopping.signal, AbortSignal.timeout(TIMEOUT_MS)]),
      });
      if (!response.ok) {
        await response.body?.cancel();
        throw refused(response, url);
      }
      return JSON.parse(await textOf(response));
    } catch (error) {
      if (error instanceof SwitchyardError) throw error;
      throw embedderUnavailable(error instanceof Error ? error.message : String(error), error);
    }
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
      const long = unit(Float32Array.from(vector));
      if (!long.every(Number.isFinite)) throw embedderInvalid('it gives numbers that are too large for a vector');
      return long;
    });
  }
}

async function textOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER) throw embedderInvalid(`its answer is longer than ${MAX_ANSWER} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** What is wrong with these texts, according to servers of this API: too long, empty, not to its liking. */
const TEXTS = new Set([400, 413, 422]);

/** What was refused because of who asks stays refused; the rest may pass. Their words are not repeated: they may hold the key. */
function refused({ status, headers }: Response, url: string): Error {
  const why = `${new URL(url).host} answers ${status}`;
  if (TEXTS.has(status)) return textsRefused(why);
  return status >= 400 && status < 500 && status !== 408 && status !== 429
    ? embedderInvalid(why)
    : embedderUnavailable(why, undefined, readRetryAfter(headers.get('retry-after') ?? '', Date.now()));
}
