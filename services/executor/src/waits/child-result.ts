import {
  fromValue,
  toValue,
  type AgentVersion,
  type MessageInitShape,
  type Run,
  type ToolResultSchema,
} from '@switchyard/contracts';
import { END_STATUSES, type OpenCall, type RunEventBodyInit } from '@switchyard/journal';
import { checkValue } from '@switchyard/models';

/** UTF-8 of an output that a call gives its caller, as of any other tool. */
const MAX_OUTPUT_BYTES = 4 * 1_024 * 1_024;

type Result = MessageInitShape<typeof ToolResultSchema>;

export function isEnded({ status }: Pick<Run, 'status'>): boolean {
  return END_STATUSES.some((end) => end === status);
}

/**
 * What the end of a run means for the call that started it: what it and all below it used, and the result. Pure.
 *
 * @param run ended
 */
export function childBodies(call: OpenCall, agent: AgentVersion, run: Run): RunEventBodyInit[] {
  const settled: RunEventBodyInit = {
    case: 'childRunSettled',
    value: {
      callId: call.callId,
      childRunId: run.runId,
      status: run.status,
      // A router of an earlier version tells nothing of trees.
      ...(run.treeUsage
        ? { usage: run.treeUsage, costUsd: run.treeCostUsd }
        : { ...(run.usage ? { usage: run.usage } : {}), costUsd: run.costUsd }),
      ...(isHandover(call, agent, run) ? { output: toValue(fromValue(run.output)), holder: holderOf(call, run) } : {}),
    },
  };
  const result: RunEventBodyInit = { case: 'toolCallSettled', value: { tool: call.tool, result: resultOf(call, run) } };
  // Somebody may have journaled already that it ended, and not yet what that means.
  return call.child === null || call.child.status === 'running' ? [settled, result] : [result];
}

/**
 * A caller that promised a value of a schema ends only with one: where the other agent gave anything else, that is a
 * result like any other, and the caller answers.
 */
function isHandover(call: OpenCall, { definition }: AgentVersion, run: Run): boolean {
  if (call.kind !== 'handoff' || run.status !== 'completed') return false;
  const schema = definition?.resultSchema;
  return schema === undefined || checkValue(schema, fromValue(run.output)).ok;
}

/** The other agent may have handed it over in turn. */
function holderOf(call: OpenCall, run: Run): string {
  return run.handedOverTo || call.target;
}

function resultOf(call: OpenCall, run: Run): Result {
  const { callId, target } = call;
  if (run.status === 'completed') {
    const output = fromValue(run.output);
    const text = typeof output === 'string' ? output : JSON.stringify(output, null, 2);
    const bytes = Buffer.byteLength(text);
    return bytes > MAX_OUTPUT_BYTES
      ? tooLarge(call, run, bytes)
      : { callId, status: 'ok', content: [{ type: 'text', text }] };
  }
  const { code, message } = run.error ?? { code: 'run.failed', message: 'It gave no reason.' };
  const what = run.status === 'cancelled' ? 'was cancelled' : 'failed';
  return {
    callId,
    status: 'error',
    error: {
      code: `agent.${run.status}`,
      message: `The agent "${target}" ${what} (${code}): ${message}`,
      details: { run_id: run.runId, code },
    },
  };
}

/** Cut, it would be taken for the whole. A handover goes on all the same: there the output itself is the answer. */
function tooLarge({ callId, target }: OpenCall, { runId }: Run, bytes: number): Result {
  return {
    callId,
    status: 'error',
    error: {
      code: 'agent.output_too_large',
      message: `The agent "${target}" answered with ${bytes} bytes, and a call gives at most ${MAX_OUTPUT_BYTES}. Its run ${runId} has the whole answer. Ask it for less, or for a part of it.`,
      details: { run_id: runId, bytes, limit: MAX_OUTPUT_BYTES },
    },
  };
}
