import type { JsonObject } from '@switchyard/contracts';
import { rest, type System } from '../index.js';

/** A tool call of a run, as its journal tells it. */
export interface CallSeen {
  tool: string;
  arguments: JsonObject;
  status: string;
  text: string;
}

export interface FinishedRun {
  run: JsonObject;
  output: string;
  calls: CallSeen[];
  journal: JsonObject[];
}

/** Gives a task to an agent and waits for the end of its run. */
export async function finishedRun(system: System, task: JsonObject): Promise<FinishedRun> {
  const answer = await rest(system, 'POST', '/v1/tasks?wait=30', { body: { agent: 'assistant', ...task } });
  if (answer.status !== 200) throw new Error(`The run did not end: ${answer.status} ${answer.text}`);
  const runId = String(answer.body['run_id']);
  const { body } = await rest(system, 'GET', `/v1/runs/${runId}/events`, { headers: { accept: 'application/json' } });
  const journal = body['events'] as JsonObject[];
  return { run: answer.body, output: String(answer.body['output']), calls: callsOf(journal), journal };
}

function callsOf(journal: readonly JsonObject[]): CallSeen[] {
  const settled = new Map(
    journal.flatMap((event) => {
      const result = (event['tool_call_settled'] as { result: Result } | undefined)?.result;
      return result ? [[result.call_id, result] as const] : [];
    }),
  );
  return journal
    .flatMap((event) => (event['tool_calls_requested'] as { calls: Requested[] } | undefined)?.calls ?? [])
    .map((call) => {
      const result = settled.get(call.call_id);
      const text = result?.content.map((part) => part.text ?? '').join('') ?? '';
      return { tool: call.tool, arguments: call.arguments, status: result?.status ?? 'open', text };
    });
}

interface Requested {
  call_id: string;
  tool: string;
  arguments: JsonObject;
}

interface Result {
  call_id: string;
  status: string;
  content: { text?: string }[];
}
