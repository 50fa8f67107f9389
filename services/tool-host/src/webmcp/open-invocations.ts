import type { SwitchyardError } from '@switchyard/contracts';
import { isRecord } from './page-tool.js';
import { pageLost, toolFailed } from './webmcp-failure.js';

/** How long an answer is waited for after the document of its tool is gone: a form that goes to its next page may still bring it. */
const LAST_WORD_MS = 3_000;
/** Answers that came before their numbers are known here. */
const MAX_EARLY = 64;

export interface Invocation {
  frameId: string;
  tool: string;
}

/** Chrome DevTools Protocol, WebMCP.toolResponded. */
export interface Response {
  invocationId: string;
  /** Completed, Canceled, Error. */
  status: string;
  output?: unknown;
  errorText?: string | undefined;
  exception?: unknown;
}

interface Open extends Invocation {
  settle(response: Response): void;
  fail(error: SwitchyardError): void;
}

/** The calls of one protocol session that wait for their answers. */
export class OpenInvocations {
  private readonly open = new Map<string, Open>();
  private readonly early = new Map<string, Response>();
  private gone: string | undefined;

  constructor(private readonly server: string) {}

  /**
   * The answer to a call that is being begun.
   *
   * @throws SwitchyardError `tool.failed`; `OutcomeInDoubt` where its page is lost; what the signal says
   */
  async answer(invocation: Invocation, begun: Promise<string>, signal: AbortSignal): Promise<unknown> {
    // A page that is busy with itself does not even take the call.
    const id = await Promise.race([begun, abortOf(signal)]);
    if (this.gone !== undefined) throw this.lossOf(invocation, this.gone);
    const early = this.early.get(id);
    this.early.delete(id);
    if (early) return this.outputOf(invocation, early);
    return new Promise((resolve, reject) => {
      const end = () => {
        this.open.delete(id);
        signal.removeEventListener('abort', aborted);
      };
      const aborted = () => {
        end();
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', aborted, { once: true });
      this.open.set(id, {
        ...invocation,
        settle: (response) => {
          end();
          try {
            resolve(this.outputOf(invocation, response));
          } catch (error) {
            reject(error as Error);
          }
        },
        fail: (error) => {
          end();
          reject(error);
        },
      });
    });
  }

  responded(response: Response): void {
    const open = this.open.get(response.invocationId);
    if (open) return open.settle(response);
    if (this.early.size >= MAX_EARLY) this.early.clear();
    this.early.set(response.invocationId, response);
  }

  /** Its calls get a moment for what is on its way. */
  frameGone(frameId: string): void {
    const left = [...this.open.values()].filter((open) => open.frameId === frameId);
    if (left.length === 0) return;
    setTimeout(() => {
      for (const open of left) open.fail(this.lossOf(open, 'went elsewhere'));
    }, LAST_WORD_MS).unref();
  }

  lost(why: string): void {
    this.gone = why;
    for (const open of [...this.open.values()]) open.fail(this.lossOf(open, why));
  }

  lossOf({ tool }: Invocation, why: string): SwitchyardError {
    return pageLost(this.server, tool, why);
  }

  private outputOf(invocation: Invocation, { status, output, errorText, exception }: Response): unknown {
    if (status === 'Completed') return output;
    if (status === 'Canceled') throw this.lossOf(invocation, 'gave the call up');
    throw toolFailed(this.server, invocation.tool, wordsOf(exception) || errorText || '');
  }
}

function abortOf(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason as Error);
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}

/** What was thrown, without its stack. Chrome DevTools Protocol, Runtime.RemoteObject. */
function wordsOf(exception: unknown): string {
  if (!isRecord(exception)) return '';
  const said = exception['description'] ?? exception['value'];
  const text = typeof said === 'string' ? said : (JSON.stringify(said) ?? '');
  return text.split('\n    at ')[0] ?? '';
}
