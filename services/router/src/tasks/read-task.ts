import {
  SwitchyardError,
  TaskRequestSchema,
  TOKEN,
  toWire,
  type JsonValue,
  type TaskRequest,
  contentAddress,
} from '@switchyard/contracts';
import { ANY_BACKEND } from '../backends/next-backend.js';

/** A task that may be accepted. */
export interface ReadTask {
  request: TaskRequest;
  tenant: string;
  /** Absent where its publisher gave none and cannot repeat itself. */
  key: string | undefined;
  /** Nobody can have accepted it yet: it is not worth asking. */
  fresh: boolean;
  /** Over the content: the same key with another fingerprint is another task. */
  fingerprint: string;
}

/** Who publishes the task, beside its content. */
export interface TaskOrigin {
  tenant: string;
  /** Stands where the request has no key of its own. */
  key?: string | undefined;
  /** True where the key was made for this message, at its first delivery. Default false. */
  fresh?: boolean;
  /** Bytes of JSON that a task may have. */
  maxBytes: number;
}

/** What says whose task it is and which one, and not what it is. */
const IDENTITY = ['tenant', 'idempotency_key'];
/** As of `TaskRequest.idempotency_key`; an index of Postgres takes no more than some 2,700 bytes. */
const MAX_KEY_CHARACTERS = 512;
/** As of `model.fallbacks` of an agent. */
const MAX_FALLBACKS = 16;
/** Nobody can type them, and Postgres' text has no NUL. */
const CONTROL = /[\u0000-\u001f\u007f]/;

/** @throws SwitchyardError `task.too_large`, `contract.invalid`. Terminal. */
export function readTask(request: TaskRequest, origin: TaskOrigin): ReadTask {
  const wire = toWire(TaskRequestSchema, request);
  const content = Object.fromEntries(
    Object.entries(wire).filter(([field, value]) => !IDENTITY.includes(field) && !isUsual(field, value)),
  );
  const bytes = Buffer.byteLength(JSON.stringify(content));
  if (bytes > origin.maxBytes) {
    throw new SwitchyardError(
      'task.too_large',
      `The task has ${bytes} bytes, and ${origin.maxBytes} are allowed. Put large content into a file or a page that a tool can read, or raise SWITCHYARD_TASK_BYTES.`,
      { details: { bytes, limit: origin.maxBytes } },
    );
  }
  const key = request.idempotencyKey || origin.key || undefined;
  if (key !== undefined && key.length > MAX_KEY_CHARACTERS) {
    const what = `is longer than ${MAX_KEY_CHARACTERS} characters`;
    throw request.idempotencyKey ? invalid('idempotency_key', what) : invalidHeader(what);
  }
  if (!TOKEN.test(origin.tenant)) throw invalid('tenant', 'is missing or is no subject token');
  for (const [field, text] of Object.entries({
    thread: request.thread,
    user: request.user,
    idempotency_key: key ?? '',
  })) {
    if (CONTROL.test(text)) throw invalid(field, 'has a control character');
  }
  if (request.fallbacks.length > MAX_FALLBACKS) throw invalid('fallbacks', `has more than ${MAX_FALLBACKS} names`);
  const strange = request.fallbacks.find((name) => name !== ANY_BACKEND && !TOKEN.test(name));
  if (strange !== undefined) throw invalid('fallbacks', `names "${strange.slice(0, 64)}", which cannot be a backend`);
  const costUsd = request.limits?.costUsd ?? 0;
  // The other limits are whole numbers by their type.
  if (!Number.isFinite(costUsd) || costUsd < 0) {
    throw invalid('limits.cost_usd', `is ${costUsd}; it may be a number from 0, and 0 sets no limit`);
  }
  const fresh = key === undefined || (request.idempotencyKey === '' && (origin.fresh ?? false));
  return { request, tenant: origin.tenant, key, fresh, fingerprint: contentAddress(content) };
}

/**
 * The key of a task on the bus that has none of its own: the place that the stream gave it. A redelivery has the same
 * place; a stream that was made anew counts from 1 again, and then the time differs.
 */
export function keyOfPlace(place: { subject: string; streamSeq: number; timestamp: Date }): string {
  return `${place.subject}#${place.streamSeq}@${place.timestamp.toISOString()}`;
}

/** Said or not, it is the same task. */
function isUsual(field: string, value: JsonValue): boolean {
  return field === 'priority' && value === 'normal';
}

function invalid(field: string, what: string): SwitchyardError {
  return new SwitchyardError('contract.invalid', `TaskRequest.${field} ${what}.`, {
    details: { message: 'switchyard.v1.TaskRequest', field },
  });
}

function invalidHeader(what: string): SwitchyardError {
  return new SwitchyardError('contract.invalid', `The header Nats-Msg-Id ${what}: it is the task's idempotency key.`, {
    details: { header: 'Nats-Msg-Id' },
  });
}
