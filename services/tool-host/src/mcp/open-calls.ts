import type { ElicitRequest, ElicitResult } from '@modelcontextprotocol/client';
import type { Logger } from '@switchyard/telemetry';
import type { CallOptions } from '../servers/server-connection.js';
import { elicited, questionOf } from './mcp-questions.js';

const ID = 'answer';
const ALIVE_EVERY_MS = 100;

/** The calls that are open at one server: a server of the older revisions does not say for which of them it asks a person. */
export class OpenCalls {
  readonly #open = new Set<CallOptions>();

  constructor(
    private readonly server: string,
    private readonly logger: Logger,
  ) {}

  async during<T>(call: CallOptions, work: () => Promise<T>): Promise<T> {
    this.#open.add(call);
    try {
      return await work();
    } finally {
      this.#open.delete(call);
    }
  }

  /** Asked for the one call that is open. Of several nobody can tell whom it is for, and a question does not go astray. */
  async elicit(params: ElicitRequest['params']): Promise<ElicitResult> {
    const [call, ...others] = this.#open;
    if (!call?.input || others.length > 0) {
      const why = call ? (call.input ? 'several calls are open' : 'nobody is there to be asked') : 'no call is open';
      this.logger.warn({ server: this.server, why }, 'A tool server asked for input in vain');
      return { action: 'cancel' };
    }
    // A person takes longer than a tool: the call is held for as long as it may take at the most.
    const alive = setInterval(() => call.alive?.(), ALIVE_EVERY_MS);
    const asked = { questions: [questionOf(this.server, ID, params)], held: true };
    const [answer] = await call.input.ask(asked).finally(() => clearInterval(alive));
    return answer ? elicited(answer) : { action: 'cancel' };
  }
}
