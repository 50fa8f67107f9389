import { headers as createHeaders, type Msg, type MsgHdrs } from '@nats-io/transport-node';
import { SwitchyardError } from '@switchyard/contracts';
import { asService, context, extractTrace, injectTrace, type Context } from '@switchyard/telemetry';

export type HeaderRecord = Readonly<Record<string, string>>;

export function plainHeaders(record: HeaderRecord): MsgHdrs {
  const result = createHeaders();
  for (const [name, value] of Object.entries(record)) result.set(name, value);
  return result;
}

/** Headers with the active trace in them. NATS header names are case-sensitive: `traceparent` is lower case. */
export function outgoingHeaders(extra: HeaderRecord = {}): MsgHdrs {
  const result = plainHeaders(extra);
  injectTrace((name, value) => result.set(name, value));
  return result;
}

/**
 * A message's headers. The client reads them here, not when the message comes, and throws at names that the server passed
 * on; in a subscription's callback that would end the whole connection.
 *
 * @throws SwitchyardError `contract.malformed`
 */
export function headersOf(msg: Pick<Msg, 'headers'>): MsgHdrs | undefined {
  try {
    return msg.headers;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SwitchyardError('contract.malformed', `The headers of the message cannot be read: ${reason}.`, { cause });
  }
}

/** The same for what must not fail: nothing where they cannot be read. */
export function readableHeaders(msg: Pick<Msg, 'headers'>): MsgHdrs | undefined {
  try {
    return headersOf(msg);
  } catch {
    // Whoever needs them reads them with `headersOf` and reports it.
    return undefined;
  }
}

/** Names as sent; the first value where a name comes twice. */
export function incomingHeaders(headers: MsgHdrs | undefined): HeaderRecord {
  const result: Record<string, string> = {};
  if (headers) for (const [name, values] of headers) result[name] = values[0] ?? '';
  return result;
}

/** The sender's trace, in the name of this service. */
export function incomingContext(service: string, headers: MsgHdrs | undefined): Context {
  const base = asService(service, () => context.active());
  // `get` answers '' for what is not there, which is no trace context.
  return headers ? extractTrace((name) => headers.get(name) || undefined, base) : base;
}
