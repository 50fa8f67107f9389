import { SwitchyardError, type JsonObject, type ToolCall, type ToolResult } from '@switchyard/contracts';
import { GENAI, metrics, OPERATION, recordError, SWITCHYARD, withSpan, type Logger } from '@switchyard/telemetry';
import { OutcomeInDoubt } from '../tools/outcome-in-doubt.js';
import { InputAwaited, type CallInput } from '../tools/call-input.js';
import { effectsOf, type Tool, type ToolOutput } from '../tools/tool.js';
import type { Preview } from '../results/preview.js';
import { checkedOutput } from './checked-output.js';
import { failureOf, previewedResult, resultOf } from './tool-results.js';

export interface RunOptions {
  /** Aborted from outside on cancel and stop, from here when the time is up. */
  controller: AbortController;
  startedAt: Date;
  logger: Logger;
  /** Where somebody is there whom the tool could ask. */
  input?: CallInput;
  /** Keeps what is larger than the tool's limit, and gives what stands for it; undefined where it is cut instead. */
  keep?: (output: ToolOutput, maxBytes: number) => Promise<Preview | undefined>;
}

const calls = () =>
  metrics.counter('switchyard_tool_calls_total', 'Tool calls that ran, by their outcome.', ['tool', 'status']);
const seconds = () => metrics.histogram('switchyard_tool_call_seconds', 'How long tools ran.', ['tool']);

/**
 * Runs a tool in a span, within its time, and gives whatever happened as a result.
 *
 * @throws SwitchyardError only when the host stops and the call may be attempted again: then there is no result
 * @throws InputAwaited where the call has ended with a question: then there is none either
 */
export function runTool(tool: Tool, args: JsonObject, call: ToolCall, options: RunOptions): Promise<ToolResult> {
  const { name, source } = tool.definition;
  const { attempts, doubt } = effectsOf(tool, call);
  const attributes = {
    [GENAI.operation]: OPERATION.executeTool,
    [GENAI.toolName]: name,
    [GENAI.toolCallId]: call.callId,
    [GENAI.toolType]: source === 'builtin' ? 'function' : 'extension',
    [GENAI.agentName]: call.agent,
    [SWITCHYARD.tenant]: call.tenant,
    [SWITCHYARD.run]: call.runId,
    [SWITCHYARD.effect]: doubt,
    [SWITCHYARD.pool]: tool.definition.pool,
  };
  return withSpan(`${OPERATION.executeTool} ${name}`, { attributes }, async (span) => {
    const began = performance.now();
    const timing = () => ({
      startedAt: options.startedAt,
      durationMs: Math.round((performance.now() - began) * 1_000) / 1_000,
    });
    const result = await runInTime(tool, args, call, options)
      .then(async (given) => {
        const { maxOutputBytes } = tool.definition;
        const output = checkedOutput(tool.definition, given, doubt);
        const preview = await options.keep?.(output, maxOutputBytes);
        return preview
          ? previewedResult(call.callId, output, preview, timing())
          : resultOf(call.callId, output, maxOutputBytes, timing());
      })
      .catch((error: unknown) => {
        if (error instanceof InputAwaited) throw error;
        if (isHostStopping(error) && attempts !== 'irreversible') throw error;
        return failureOf(call.callId, error, doubt, timing());
      });
    if (tool.definition.untrusted) result.content = result.content.map(asUntrusted);
    if (result.error) recordError(span, result.error);
    calls().inc({ tool: name, status: result.status });
    seconds().observe({ tool: name }, result.durationMs / 1_000);
    return result;
  });
}

/** Errors too: a server writes their words. */
function asUntrusted(part: JsonObject): JsonObject {
  return part['type'] === 'text' ? { ...part, untrusted: true } : part;
}

/** The tool's own work against the clock and the cancel. A tool that ignores its signal is left behind. */
async function runInTime(
  tool: Tool,
  args: JsonObject,
  call: ToolCall,
  { controller, logger, input }: RunOptions,
): Promise<ToolOutput> {
  const { signal } = controller;
  // Before anything has begun there is no doubt.
  if (signal.aborted) throw signal.reason;
  const { timeoutMs, name } = tool.definition;
  const began = performance.now();
  const endsAt = began + Math.max(timeoutMs, tool.longestMs ?? 0);
  let limitMs = timeoutMs;
  const stop = () => controller.abort(outOfTime(name, limitMs));
  let timer = setTimeout(stop, timeoutMs);
  const alive = () => {
    if (signal.aborted || tool.longestMs === undefined) return;
    clearTimeout(timer);
    const leftMs = Math.min(timeoutMs, endsAt - performance.now());
    limitMs = Math.round(performance.now() - began + leftMs);
    timer = setTimeout(stop, leftMs);
  };
  let grace: NodeJS.Timeout | undefined;
  const aborted = new Promise<never>((_, reject) => {
    const leave = () => reject(begun(signal.reason));
    const end = () => {
      if (tool.stopsWithinMs === undefined) leave();
      else grace = setTimeout(leave, tool.stopsWithinMs);
    };
    signal.addEventListener('abort', end, { once: true });
  });
  const { tenant, runId, callId, agent, user, thread, grantedTools: granted } = call;
  const context = {
    tenant,
    runId,
    callId,
    agent,
    user,
    thread,
    granted,
    signal,
    timeoutMs,
    alive,
    ...(input ? { input } : {}),
  };
  const work = (async () => tool.run(args, context))();
  try {
    return await Promise.race([work, aborted]);
  } finally {
    clearTimeout(timer);
    clearTimeout(grace);
    // Whichever lost the race must not surface as an unhandled rejection.
    aborted.catch(() => undefined);
    work.catch((error: unknown) => logger.debug({ err: error, call_id: callId, tool: name }, 'A tool call failed'));
  }
}

function outOfTime(tool: string, ms: number): OutcomeInDoubt {
  return new OutcomeInDoubt('tool.timeout', `"${tool}" did not finish within ${ms} ms and was stopped.`, {
    details: { tool, timeout_ms: ms },
  });
}

/** What was begun and then stopped is in doubt. */
function begun(reason: unknown): unknown {
  if (!(reason instanceof SwitchyardError) || reason instanceof OutcomeInDoubt) return reason;
  return new OutcomeInDoubt(reason.code, reason.message, { details: reason.details, cause: reason });
}

function isHostStopping(error: unknown): boolean {
  return error instanceof SwitchyardError && error.code === 'tool.host_stopping';
}
