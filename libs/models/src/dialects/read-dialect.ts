import { judgeCalls } from '../calls/judge-calls.js';
import type { RawCall } from '../calls/raw-call.js';
import { ToolNames } from '../calls/tool-names.js';
import type { JsonObject } from '../json.js';
import { ModelError } from '../model-error.js';
import type { ToolDefinition } from '../model-request.js';
import type { RejectionCode, Repair } from '../model-response.js';
import { collectText } from './answer-text.js';
import { DialectReader } from './dialect-reader.js';
import { DIALECT_NAMES, dialectOf } from './table/index.js';

export interface DialectReading {
  /** For the user: no markup in it. */
  content: string;
  reasoning: string;
  /** Whole, of an offered tool, with arguments that satisfy its schema: these and only these may be executed. */
  calls: { id: string; name: string; arguments: JsonObject }[];
  /** What was meant as a call and must not be executed. `raw` is what was written, cut to 2,000 characters. */
  rejected: { name: string; raw: string; code: RejectionCode; reason: string }[];
  repairs: Repair[];
}

export interface DialectReadOptions {
  /** Default `auto`: found out from the text. */
  dialect?: string | undefined;
  tools?: readonly ToolDefinition[];
  /** The prompt opened the reasoning already. */
  thinking?: boolean;
}

/**
 * Reads a whole answer that came as text, in any pieces.
 *
 * @throws ModelError `model.dialect_unknown`
 */
export function readDialect(pieces: Iterable<string>, options: DialectReadOptions = {}): DialectReading {
  const { dialect: name = 'auto', tools = [], thinking = false } = options;
  const dialect = dialectOf(name);
  if (dialect === undefined) throw unknownDialect(name);
  const schemas = new Map(tools.map((tool) => [tool.name, tool.inputSchema]));
  const reader = new DialectReader({ dialect, schemaOf: (tool) => schemas.get(tool), thinking });
  const read = { content: '', reasoning: '', calls: [] as RawCall[], repairs: [] as Repair[] };
  let minted = 0;
  const mintCallId = (): string => `call_${++minted}`;
  const collector = {
    text: (text: string) => void (read.content += text),
    reasoning: (text: string) => void (read.reasoning += text),
    textWasReasoning: () => {
      read.reasoning += read.content.trim();
      read.content = '';
    },
    call: (call: RawCall) => void read.calls.push(call),
    calls: () => read.calls,
    repair: (repair: Repair) => void read.repairs.push(repair),
  };
  for (const piece of pieces) collectText(reader.push(piece), collector, mintCallId);
  collectText(reader.end(), collector, mintCallId);
  // In a text the marks say that a call is whole: nothing of it is still to come.
  const judged = judgeCalls(read.calls, {
    tools,
    names: new ToolNames(schemas.keys(), 'any'),
    mintCallId,
    signer: '',
    finish: 'stop',
  });
  return {
    content: read.content,
    reasoning: read.reasoning,
    calls: judged.accepted.map(({ id, name, arguments: args }) => ({ id, name, arguments: args })),
    rejected: judged.rejected.map(({ call, raw, code, reason }) => ({ name: call.name, raw, code, reason })),
    repairs: [...read.repairs, ...judged.repairs],
  };
}

function unknownDialect(name: string): ModelError {
  return new ModelError({
    kind: 'bad_request',
    code: 'model.dialect_unknown',
    message: `There is no dialect "${name.slice(0, 64)}". Known: ${DIALECT_NAMES.join(', ')}.`,
  });
}
