import { subjectTokens } from '@switchyard/bus';
import { TOKEN, type DeadLetter, type JsonObject, type JsonValue } from '@switchyard/contracts';

/** What a message that failed tells of whom it belongs to; empty where it does not. */
export interface LetterFacts {
  tenant: string;
  agent: string;
  backend: string;
  runId: string;
}

/**
 * Read off the letter's subject and its payload, which may be anything: a payload that cannot be read tells nothing, and
 * what is no token of a subject is left out.
 */
export function letterFacts({ kind, subject, payload, runId }: DeadLetter, prefix: string): LetterFacts {
  const [first = '', second = ''] = subjectTokens(subject, prefix).tokens;
  const body = jsonOf(payload);
  const read = (value: JsonValue | undefined) => (typeof value === 'string' && TOKEN.test(value) ? value : '');
  switch (kind) {
    case 'tasks':
      return { tenant: read(first), agent: read(body['agent']), backend: read(body['backend']), runId: '' };
    case 'exec':
      return { tenant: read(body['tenant']), agent: '', backend: read(first), runId: runId || read(second) };
    case 'tool': {
      const call = objectOf(body['call']);
      const [tenant, agent, backend] = [read(call['tenant']), read(call['agent']), read(call['backend'])];
      return { tenant, agent, backend, runId: read(call['run_id']) };
    }
    case 'event':
      return { tenant: read(first), agent: read(body['agent']), backend: '', runId: runId || read(second) };
    default:
      return { tenant: '', agent: '', backend: '', runId };
  }
}

function jsonOf(text: string): JsonObject {
  try {
    return objectOf(JSON.parse(text) as JsonValue);
  } catch {
    // Not JSON: that may be what it failed for.
    return {};
  }
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}
