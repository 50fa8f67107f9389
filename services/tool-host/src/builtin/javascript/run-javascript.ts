import { createHash } from 'node:crypto';
import { RUN_JAVASCRIPT, SwitchyardError, type JsonObject, type ToolResult } from '@switchyard/contracts';
import type { InnerCalls } from '../../calls/inner-calls.service.js';
import type { CallEffects, ToolContext, ToolOutput } from '../../tools/tool.js';
import { objectSchema, textArgument, type BuiltinTool } from '../builtin-tool.js';
import { describeOutcome } from './describe-outcome.js';
import type { SandboxLimits } from './sandbox-messages.js';
import type { Answer, Sandbox } from './sandbox.js';

const MAX_CODE_LENGTH = 100_000;
const TIMEOUT_MS = 120_000;
const MAX_OUTPUT_BYTES = 64 * 1024;
/** For the calls of the code to say what they came to, once all is stopped. */
const STOPS_WITHIN_MS = 5_000;

export const LIMITS: SandboxLimits = {
  computeMs: 10_000,
  memoryBytes: 64 * 1024 * 1024,
  // The engine's own stack is 1 MiB, of which quickjs-wasi allows half.
  stackBytes: 256 * 1024,
  consoleCharacters: 32 * 1024,
  valueCharacters: 256 * 1024,
  calls: 200,
};

/** Runs code in a sandbox. @param inner performs what the code calls; asked for when it is first needed */
export function createRunJavascript(
  sandbox: Sandbox,
  inner: () => Pick<InnerCalls, 'effectOf' | 'perform'>,
): BuiltinTool {
  return {
    name: RUN_JAVASCRIPT,
    toolset: 'code',
    description:
      'Runs JavaScript (ES2023) in a sandbox without network, files or timers, and gives the value of its last expression, or what it ' +
      'returns, and what it wrote with console.log. Your other tools are functions there: `const page = await ' +
      'tools.http_fetch({ url })`; an answer that is JSON is parsed, a failure is thrown. Each call starts afresh: nothing is kept. ' +
      'Use it to calculate, to work through data, and to combine many calls in one.',
    parameters: objectSchema(
      {
        code: {
          type: 'string',
          description: 'The code; `await` may be used anywhere.',
          minLength: 1,
          maxLength: MAX_CODE_LENGTH,
        },
        input: { description: 'Any JSON; the code finds it as `input`.' },
      },
      ['code'],
    ),
    // Attempted again, it finds what its calls came to; see effectsOf.
    effect: 'idempotent',
    effectsOf: ({ grantedTools }) => effectsOf(inner(), grantedTools),
    timeoutMs: TIMEOUT_MS,
    stopsWithinMs: STOPS_WITHIN_MS,
    maxOutputBytes: MAX_OUTPUT_BYTES,
    handler: (args, context) => run(sandbox, inner, args, context),
  };
}

/**
 * The calls that code makes are accounted for one by one, so the code itself is always attempted again, and finds in the
 * ledger what was settled. Where it was left behind, it is in doubt as its most careful call may be.
 */
function effectsOf(inner: Pick<InnerCalls, 'effectOf'>, granted: readonly string[]): CallEffects {
  const doubt = inner.effectOf(granted);
  return { attempts: doubt === 'pure' ? 'pure' : 'idempotent', doubt };
}

async function run(
  sandbox: Sandbox,
  inner: () => Pick<InnerCalls, 'perform'>,
  args: JsonObject,
  context: ToolContext,
): Promise<ToolOutput> {
  const { signal, granted = [] } = context;
  const perform = async (order: number, tool: string, given: string): Promise<Answer> => {
    // The prelude has looked, and is the code's neighbour: here it counts.
    if (!granted.includes(tool)) return { ok: false, code: 'tool.not_granted', text: `"${tool}" may not be called.` };
    const parsed = argumentsOf(given);
    if (!parsed)
      return { ok: false, code: 'tool.invalid_arguments', text: `The arguments of "${tool}" are no object.` };
    return answerOf(await inner().perform(context, { order, tool, args: parsed, signal }));
  };
  try {
    const outcome = await sandbox.run({
      code: textArgument(args, 'code'),
      input: args['input'] === undefined ? '' : JSON.stringify(args['input']),
      tools: granted,
      seed: seedOf(context.callId),
      limits: LIMITS,
      call: perform,
      signal,
    });
    return describeOutcome(outcome, LIMITS);
  } catch (error) {
    // Stopped, and every call has said what it came to: nothing is in doubt.
    if (error === signal.reason && error instanceof SwitchyardError) {
      const { code, message, retryable, details } = error;
      throw new SwitchyardError(code, message, { retryable, details, cause: error });
    }
    throw error;
  }
}

function argumentsOf(json: string): JsonObject | undefined {
  const value: unknown = JSON.parse(json);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

/** A single text as it is; several parts, or others than texts, as their list. */
function answerOf({ status, content, error }: ToolResult): Answer {
  if (status !== 'ok')
    return { ok: false, code: error?.code ?? 'tool.failed', text: error?.message ?? 'The tool failed.' };
  const [first] = content;
  const text = content.length === 1 && first?.['type'] === 'text' ? first['text'] : undefined;
  return { ok: true, text: typeof text === 'string' ? text : JSON.stringify(content) };
}

/** Of the call: repeated, the code draws the same. Within the times that a clock can show. */
function seedOf(callId: string): number {
  return createHash('sha256').update(callId).digest().readUIntBE(0, 5);
}
