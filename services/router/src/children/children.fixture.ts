import { RouterService, toValue } from '@switchyard/contracts';
import type { RouterUnderTest } from '../router.fixture.js';
import { advanceRun } from '../run.fixture.js';

/** What a run's turn calls: an agent, or a handover to one. */
export interface AgentCall {
  callId: string;
  agent: string;
  kind?: 'agent' | 'handoff';
}

/** One turn of a run that calls agents, as an executor journals it. */
export async function callAgents(router: RouterUnderTest, runId: string, ...calls: AgentCall[]): Promise<void> {
  const { state } = await router.journal.load(runId);
  const named = calls.map(({ callId, agent, kind = 'agent' }) => ({ callId, agent, kind, tool: `${kind}_${agent}` }));
  const parts = [
    { type: 'text', text: 'I ask the others.' },
    ...named.map(({ callId, tool }) => ({ type: 'tool_call', id: callId, name: tool, arguments: { input: 'q' } })),
  ];
  await advanceRun(
    router,
    runId,
    {
      case: 'modelTurnCompleted',
      value: {
        turn: state.turns + 1,
        message: { role: 'assistant', parts },
        backend: state.backend,
        finishReason: 'tool_calls',
        usage: { inputTokens: 100, outputTokens: 20 },
        costUsd: 0.01,
      },
    },
    {
      case: 'toolCallsRequested',
      value: { calls: named.map(({ callId, agent, kind, tool }) => ({ callId, tool, kind, target: agent })) },
    },
  );
}

export function startChild(
  router: RouterUnderTest,
  runId: string,
  { callId, agent, kind = 'agent' }: AgentCall,
  input = 'do it',
) {
  const request = { tenant: 'default', runId, callId, agent, input: toValue(input), handoff: kind === 'handoff' };
  return router.rpc.call(RouterService.method.startChild, request, { timeoutMs: 30_000 });
}

/** Journals that the calls have started runs, and parks the caller on them. */
export async function parkOn(router: RouterUnderTest, runId: string, children: Record<string, string>): Promise<void> {
  await advanceRun(
    router,
    runId,
    ...Object.entries(children).map(([callId, childRunId]) => ({
      case: 'childRunStarted' as const,
      value: { callId, childRunId, agent: 'helper' },
    })),
    { case: 'runParked', value: { reason: 'child', callIds: Object.keys(children) } },
  );
}
