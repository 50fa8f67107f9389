import { Inject, Injectable } from '@nestjs/common';
import { RpcClient, withOutput } from '@switchyard/bus';
import { RouterService, SwitchyardError, toValue, type AgentVersion } from '@switchyard/contracts';
import type { OpenCall, RunEventBodyInit, RunState } from '@switchyard/journal';
import { triggerPoint } from '@switchyard/service';
import { agentTool, handoffTool } from './agent-tools.js';
import { childBodies, isEnded } from './child-result.js';
import type { OwnCallHandler, OwnOutcome } from './own-call.js';
import { faultOfArguments, settledAsError } from './own-result.js';

/** A turn that calls many agents has their runs started one after the other: each waits for its caller's row. */
const START_TIMEOUT_MS = 30_000;

/**
 * Calls of agents: each starts one run, and is settled with what that gave. The router starts the same run for the same call,
 * so that an executor that died between the start and its journal entry changes nothing; whoever looks again reads the run,
 * so that a wake-up is a hint and no fact.
 */
@Injectable()
export class ChildCalls implements OwnCallHandler {
  readonly kinds = ['agent', 'handoff'] as const;

  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  async advance(state: RunState, call: OpenCall, agent: AgentVersion): Promise<OwnOutcome> {
    if (call.child === null) return this.start(state, call, agent);
    return this.look(state, call, agent, call.child.runId, []);
  }

  private async start(state: RunState, call: OpenCall, agent: AgentVersion): Promise<OwnOutcome> {
    const refused = refusal(state, call);
    if (refused) return settledAsError(call, refused.code, refused.message);
    try {
      const request = {
        tenant: state.tenant,
        runId: state.runId,
        callId: call.callId,
        agent: call.target,
        input: toValue(inputOf(state, call)),
        handoff: call.kind === 'handoff',
      };
      const { runId, ended } = await this.rpc.call(RouterService.method.startChild, request, {
        timeoutMs: START_TIMEOUT_MS,
      });
      triggerPoint('executor.after_child_start');
      const started: RunEventBodyInit = {
        case: 'childRunStarted',
        value: { callId: call.callId, childRunId: runId, agent: call.target },
      };
      // Its wake-up may be the very message that is worked on: nobody else will say that it has ended.
      return ended
        ? await this.look(state, call, agent, runId, [started])
        : { is: 'waiting', bodies: [started], reason: 'child' };
    } catch (error) {
      if (!isForModel(error)) throw error;
      return settledAsError(call, error.code, error.message);
    }
  }

  private async look(
    { tenant }: RunState,
    call: OpenCall,
    agent: AgentVersion,
    runId: string,
    before: RunEventBodyInit[],
  ): Promise<OwnOutcome> {
    const run = await this.rpc.call(RouterService.method.getRun, { tenant, runId });
    if (!isEnded(run)) return { is: 'waiting', bodies: before, reason: 'child' };
    return { is: 'settled', bodies: [...before, ...childBodies(call, agent, await withOutput(this.rpc, run))] };
  }
}

/** The model is told that there is no such run to be had, and goes on; what may be different in a moment is tried again. */
function isForModel(error: unknown): error is SwitchyardError {
  return error instanceof SwitchyardError && (!error.retryable || error.code.startsWith('backend.'));
}

/** Why a call starts nothing, whoever looks at it. A person may have edited its arguments. */
function refusal(state: RunState, call: OpenCall): { code: string; message: string } | undefined {
  const tool = (call.kind === 'handoff' ? handoffTool : agentTool)({ name: call.target, description: '' });
  const fault = faultOfArguments(tool, call);
  if (fault !== undefined) return { code: 'tool.invalid_arguments', message: fault };
  const handoff = state.openCalls.find(({ kind }) => kind === 'handoff');
  if (call.kind !== 'handoff' || handoff?.callId === call.callId) return undefined;
  return {
    code: 'run.handoff_twice',
    message: `The conversation is handed over to one agent at a time, and goes to "${handoff?.target ?? ''}".`,
  };
}

function inputOf(state: RunState, call: OpenCall): string {
  const { input, reason } = call.arguments;
  if (call.kind === 'agent') return typeof input === 'string' ? input : '';
  const why = typeof reason === 'string' && reason.trim() !== '' ? `: ${reason.trim()}` : '.';
  return `"${state.agent}" hands this conversation over to you${why}`;
}
