import {
  Client,
  ProtocolError,
  ProtocolErrorCode,
  type ElicitRequest,
  type ElicitResult,
  type Tool,
} from '@modelcontextprotocol/client';

export interface ClientParts {
  /** Of Switchyard. */
  version: string;
  /** How long the question for the server's era is waited for. */
  probeMs: number;
  /** A server of the older revisions asks a person while a call is open. */
  onElicit: (params: ElicitRequest['params']) => Promise<ElicitResult>;
  /** Its list of tools is another one now, or could not be read. */
  onTools: (error: Error | null, tools: Tool[] | null) => void;
}

/** A client for servers of the newest revision and of all older ones. It answers questions to people, and no others. */
export function createMcpClient({ version, probeMs, onElicit, onTools }: ClientParts): Client {
  const client = new Client(
    { name: 'switchyard', version },
    {
      capabilities: { elicitation: { form: { applyDefaults: true }, url: {} } },
      versionNegotiation: { mode: 'auto', probe: { timeoutMs: probeMs } },
      // A round of questions ends the request; who called asks, and calls again.
      inputRequired: { autoFulfill: false },
      listChanged: { tools: { onChanged: onTools } },
    },
  );
  client.setRequestHandler('elicitation/create', ({ params }) => onElicit(params));
  client.fallbackRequestHandler = ({ method }) =>
    Promise.reject(
      new ProtocolError(
        ProtocolErrorCode.MethodNotFound,
        `${method} is not offered: sampling and roots are deprecated, and Switchyard answers neither.`,
      ),
    );
  return client;
}
