import { Inject, Injectable } from '@nestjs/common';
import { RpcClient } from '@switchyard/bus';
import { SwitchyardError, ToolHostService, type KeptResultPage } from '@switchyard/contracts';
import type { OpenCall, RunState } from '@switchyard/journal';
import type { OwnCallHandler, OwnOutcome } from './own-call.js';
import { faultOfArguments, settledAsError, settledWith } from './own-result.js';
import { READ_RESULT_DEFINITION } from './read-result.js';

/** Results that are named to a model that asks for another one. */
const MAX_NAMED = 10;

/**
 * `read_result`: settled with a page of a result that this run was given a preview of. The run's journal says which those are: no
 * other run's is ever asked for, and a fork reads what its first entries hold.
 */
@Injectable()
export class ReadCalls implements OwnCallHandler {
  readonly kinds = ['read'] as const;

  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  async advance(state: RunState, call: OpenCall): Promise<OwnOutcome> {
    const fault = faultOfArguments(READ_RESULT_DEFINITION, call);
    if (fault !== undefined) return settledAsError(call, 'tool.invalid_arguments', fault);
    const { call_id: callId, offset, limit, query } = call.arguments;
    const kept = state.keptResults.find((result) => result.callId === callId);
    if (!kept) return settledAsError(call, 'tool.result_not_found', notFound(String(callId), state));
    const asked = {
      tenant: state.tenant,
      callId: kept.callId,
      hash: kept.hash,
      offset: numberOf(offset),
      limit: numberOf(limit),
      query: typeof query === 'string' ? query : '',
    };
    try {
      const page = await this.rpc.call(ToolHostService.method.readKeptResult, asked);
      // Whatever gave it, what was too large to be looked at is marked.
      const text = asked.query === '' ? pageText(page, kept.characters) : placesText(page, asked.query);
      return settledWith(call, text, { untrusted: true });
    } catch (error) {
      if (!(error instanceof SwitchyardError) || error.retryable) throw error;
      return settledAsError(call, error.code, error.message);
    }
  }
}

const numberOf = (value: unknown): number => (typeof value === 'number' ? value : 0);

function notFound(callId: string, { keptResults }: RunState): string {
  const known = keptResults.slice(-MAX_NAMED).map((kept) => `${kept.callId} (${kept.characters} characters)`);
  return `No result of the call "${callId.slice(0, 128)}" is kept for this run. There are: ${known.join(', ') || 'none'}.`;
}

function pageText({ pieces: [piece], nextOffset }: KeptResultPage, characters: number): string {
  const { offset = 0, text = '' } = piece ?? {};
  const to = offset + text.length;
  const more = nextOffset > 0 ? `The next page begins at offset ${nextOffset}.` : 'This is the end.';
  return `[Characters ${offset} to ${to} of ${characters}. ${more}]\n${text}`;
}

function placesText({ pieces, nextOffset }: KeptResultPage, query: string): string {
  if (pieces.length === 0) return `"${query}" does not stand there. Try other words, or less of them.`;
  const more = nextOffset > 0 ? ` There are more: go on with the same query and offset ${nextOffset}.` : '';
  const head = `[${pieces.length === 1 ? 'One place' : `${pieces.length} places`}, each with what is around it.${more}]`;
  return [head, ...pieces.map(({ offset, text }) => `[At offset ${offset}]\n${text}`)].join('\n');
}
