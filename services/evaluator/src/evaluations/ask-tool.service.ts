import { Inject, Injectable } from '@nestjs/common';
import { RpcClient, TAKING_PARTS, withContent } from '@switchyard/bus';
import { contentAddress, SwitchyardError, ToolHostService, type ToolResult } from '@switchyard/contracts';
import { noVerdict, type Judged, type ToolScorer, type Verdict } from '../scorers/scorer.js';
import type { Attempt } from './attempt.js';

/** How long a tool is waited for; asked again, it gives what it came to meanwhile. */
const WAIT_MS = 20_000;

/** Has tools judge: each is called once for a run and a scorer, whatever crashes, as the call has one id. */
@Injectable()
export class AskToolService {
  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  /** @throws SwitchyardError retryable, where the tool cannot be asked now or has not answered yet */
  async ask(scorer: ToolScorer, attempt: Attempt, judged: Judged): Promise<Verdict> {
    const { tenant, agent, idempotencyKey } = attempt;
    // A case's id may have any characters, and a call's may not.
    const callId = `score_${contentAddress({ attempt: idempotencyKey, scorer: scorer.name }).replace('sha256:', '')}`;
    const call = { tenant, callId, tool: scorer.tool, arguments: scorer.arguments(judged), agent };
    try {
      const options = { timeoutMs: WAIT_MS, headers: TAKING_PARTS };
      const answer = await this.rpc.call(ToolHostService.method.callTool, call, options);
      const result = await withContent(this.rpc, { tenant, callId }, answer);
      if (result.status === 'ok') return scorer.read(textOf(result));
      const why = result.error?.message ?? textOf(result);
      return noVerdict('scorer.failed', `${scorer.tool} gave no answer: ${why || result.status}`);
    } catch (error) {
      if (!(error instanceof SwitchyardError) || error.retryable) throw error;
      return noVerdict('scorer.failed', `${scorer.tool} could not be called: ${error.message}`);
    }
  }
}

function textOf({ content }: ToolResult): string {
  return content.map(({ text }) => (typeof text === 'string' ? text : '')).join('');
}
