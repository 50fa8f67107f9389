import { setTimeout as delay } from 'node:timers/promises';
import type { JsonObject } from '@switchyard/contracts';

export interface Answer {
  status: number;
  body: JsonObject;
}

/** The gateway's REST API, asked again while nobody answers: what a careful client does. */
export class Api {
  constructor(
    private readonly url: string,
    private readonly key: string,
    private readonly patienceMs: number,
  ) {}

  get(path: string): Promise<Answer> {
    return this.send('GET', path);
  }

  post(path: string, body: JsonObject): Promise<Answer> {
    return this.send('POST', path, body);
  }

  /** Until it is a success or a refusal for good; an answer that got lost is asked for again. */
  private async send(method: string, path: string, body?: JsonObject): Promise<Answer> {
    const deadline = Date.now() + this.patienceMs;
    for (;;) {
      const answer = await this.once(method, path, body).catch((error: unknown) => ({
        status: 0,
        body: { error: { message: String(error) } },
      }));
      if (answer.status >= 200 && answer.status < 500 && answer.status !== 429 && !isRetryable(answer.body))
        return answer;
      if (Date.now() > deadline) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
      await delay(300);
    }
  }

  private async once(method: string, path: string, body?: JsonObject): Promise<Answer> {
    const response = await fetch(new URL(path, this.url), {
      method,
      headers: { authorization: `Bearer ${this.key}`, accept: 'application/json', 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
      signal: AbortSignal.timeout(15_000),
    });
    return { status: response.status, body: (await response.json()) as JsonObject };
  }
}

function isRetryable({ error }: JsonObject): boolean {
  if (typeof error !== 'object' || error === null || !('retryable' in error)) return false;
  // That a thread is busy is an answer: it may be so for long.
  return error['retryable'] === true && error['code'] !== 'thread.busy';
}
