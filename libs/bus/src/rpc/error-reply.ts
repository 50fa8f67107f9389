import type { Msg } from '@nats-io/transport-node';
import { decode, encode, ErrorInfoSchema, fromErrorInfo, SwitchyardError, type ErrorInfo } from '@switchyard/contracts';

/** Headers of a failed reply, as NATS micro services write them (ADR-32); the body is the ErrorInfo. */
export const ERROR_CODE_HEADER = 'Nats-Service-Error-Code';
export const ERROR_HEADER = 'Nats-Service-Error';

export interface ErrorReply {
  body: string;
  headers: Readonly<Record<string, string>>;
}

export function errorReply(info: ErrorInfo): ErrorReply {
  return {
    body: encode(ErrorInfoSchema, info),
    headers: { [ERROR_CODE_HEADER]: info.code, [ERROR_HEADER]: oneLine(info.message) },
  };
}

/** The error that a reply carries, if it is one. A reply whose body cannot be read keeps what its headers say. */
export function errorOfReply(reply: Msg): SwitchyardError | undefined {
  const code = reply.headers?.get(ERROR_CODE_HEADER);
  if (!code) return undefined;
  const message = reply.headers?.get(ERROR_HEADER) || code;
  try {
    return fromErrorInfo(decode(ErrorInfoSchema, reply.data));
  } catch (cause) {
    return new SwitchyardError(code, message, { cause });
  }
}

/** A header value cannot hold line breaks. 512 characters are enough to read; the body has the whole. */
function oneLine(message: string): string {
  return message.replace(/\s+/g, ' ').slice(0, 512);
}
