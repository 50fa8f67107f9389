import {
  contentAddress,
  fromValue,
  SwitchyardError,
  type ForkRunRequest,
  type JsonObject,
  type JsonValue,
} from '@switchyard/contracts';

/** A fork that somebody asks for. */
export interface ReadFork {
  tenant: string;
  runId: string;
  /** 0: the last place where it can be forked. */
  seq: number;
  /** Empty: where the other run is. */
  backend: string;
  /** Empty: the other run's. */
  agentVersion: string;
  /** Said after what was taken over; null for nothing. */
  input: JsonValue;
  key: string | undefined;
  /** Over what is asked for: the same key with another fingerprint is another fork. */
  fingerprint: string;
  actor: string;
}

/** Longer than any content address or number. */
const MAX_VERSION_CHARACTERS = 128;
/** Nobody can type them, and Postgres' text has no NUL. */
const CONTROL = /[\u0000-\u001f\u007f]/;

/** @throws SwitchyardError `task.too_large`, `contract.invalid` */
export function readFork(request: ForkRunRequest, limits: { maxBytes: number }): ReadFork {
  const { tenant, runId, seq, backend, agentVersion, idempotencyKey, actor } = request;
  const input = fromValue(request.input);
  const bytes = Buffer.byteLength(JSON.stringify(input));
  if (bytes > limits.maxBytes) {
    throw new SwitchyardError(
      'task.too_large',
      `The fork's input has ${bytes} bytes, and ${limits.maxBytes} are allowed. Put large content into a file or a page that a tool can read, or raise SWITCHYARD_TASK_BYTES.`,
      { details: { bytes, limit: limits.maxBytes } },
    );
  }
  if (CONTROL.test(idempotencyKey)) throw invalid('idempotency_key', 'has a control character');
  if (agentVersion.length > MAX_VERSION_CHARACTERS || CONTROL.test(agentVersion))
    throw invalid('agent_version', 'is no version of an agent: give its number, its content address, or "current"');
  const asked: JsonObject = { fork: runId, seq, backend, agent_version: agentVersion, input };
  return {
    ...{ tenant, runId, seq, backend, agentVersion, input, actor: actor || 'router' },
    key: idempotencyKey || undefined,
    fingerprint: contentAddress(asked),
  };
}

function invalid(field: string, what: string): SwitchyardError {
  return new SwitchyardError('contract.invalid', `ForkRunRequest.${field} ${what}.`, { details: { field } });
}
