import {
  contentAddress,
  create,
  SwitchyardError,
  ToolHostService,
  ToolResultSchema,
  type JsonObject,
  type ToolResult,
} from '@switchyard/contracts';
import type { RpcClient } from './rpc-client.js';
import type { RpcContext } from './rpc-context.js';
import { joinParts } from './text-parts.js';

/**
 * The header of who fetches a content that is too large for one message; for others it is cut. No field of the call: tool
 * hosts of an earlier version refuse fields that they do not know.
 */
const TAKES_PARTS = 'switchyard-takes-parts';
export const TAKING_PARTS: Readonly<Record<string, string>> = { [TAKES_PARTS]: 'yes' };

/** Whether who asked for a call sent that header. */
export function takesParts({ headers }: Pick<RpcContext, 'headers'>): boolean {
  return headers[TAKES_PARTS] === 'yes';
}

/**
 * A tool's result with its content itself where a reference stands for it.
 *
 * @throws SwitchyardError `tool.result_unread` retryable: the call is asked for again, and is not run again
 */
export async function withContent(
  rpc: Pick<RpcClient, 'call'>,
  call: { tenant: string; callId: string },
  result: ToolResult,
  signal?: AbortSignal,
): Promise<ToolResult> {
  const { apart, ...rest } = result;
  if (!apart) return result;
  const { hash, bytes } = apart;
  const query = { tenant: call.tenant, callId: call.callId, hash };
  const options = signal ? { signal } : {};
  try {
    const text = await joinParts((offset) =>
      rpc.call(ToolHostService.method.getResultContent, { ...query, offset }, options),
    );
    const content = JSON.parse(text) as JsonObject[];
    if (contentAddress(content) === hash) return create(ToolResultSchema, { ...rest, content });
    throw new SwitchyardError('tool.result_changed', 'Its parts are not of one result: it was decided meanwhile.');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SwitchyardError(
      'tool.result_unread',
      `The result of call ${call.callId} has ${bytes} bytes and could not be read: ${reason} Ask for the call again; it does not run again.`,
      { retryable: true, details: { call_id: call.callId, bytes }, cause },
    );
  }
}
