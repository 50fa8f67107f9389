import { RouterService, toValue, type JsonValue, type Run } from '@switchyard/contracts';
import type { RpcClient } from './rpc-client.js';
import { joinParts } from './text-parts.js';

/** A value that stands apart from the journal's entries, and its size. */
export interface WholePayload {
  value: JsonValue;
  /** Of its JSON in UTF-8. */
  bytes: number;
}

/** Asks the router for a value of which a run or an event has a reference. @throws SwitchyardError `payload.not_found` */
export async function readPayload(
  rpc: Pick<RpcClient, 'call'>,
  tenant: string,
  hash: string,
  signal?: AbortSignal,
): Promise<WholePayload> {
  const options = signal ? { signal } : {};
  const text = await joinParts((offset) =>
    rpc.call(RouterService.method.getPayload, { tenant, hash, offset }, options),
  );
  return { value: JSON.parse(text) as JsonValue, bytes: Buffer.byteLength(text) };
}

/** A run as the router told of it, with its output itself where a reference stands for it. */
export async function withOutput(rpc: Pick<RpcClient, 'call'>, run: Run): Promise<Run> {
  if (run.outputPayload === '') return run;
  const { value } = await readPayload(rpc, run.tenant, run.outputPayload);
  return { ...run, output: toValue(value) };
}

/** A run as the router told of it, with its input itself where a reference stands for it. @throws SwitchyardError `payload.not_found` */
export async function withInput(rpc: Pick<RpcClient, 'call'>, run: Run): Promise<Run> {
  if (run.inputPayload === '') return run;
  const { value } = await readPayload(rpc, run.tenant, run.inputPayload);
  return { ...run, input: toValue(value) };
}
