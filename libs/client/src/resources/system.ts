import { DeadLetterListSchema, fromStore, type DeadLetter, type JsonObject } from '@switchyard/contracts';
import type { Http } from '../http.js';

export class System {
  constructor(private readonly http: Http) {}

  /** Version, the services that answer on the bus, the backends. */
  info(): Promise<JsonObject> {
    return this.http.json('GET', '/v1/system');
  }

  /** What failed for good, the newest first. @param kind tasks, exec, tool, event */
  async deadLetters(options: { kind?: string | undefined; limit?: number | undefined } = {}): Promise<DeadLetter[]> {
    return fromStore(DeadLetterListSchema, await this.http.json('GET', '/v1/dead-letters', { query: { ...options } }))
      .letters;
  }
}
