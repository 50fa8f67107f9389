import type { Client, RequestOptions } from '@modelcontextprotocol/client';
import { SwitchyardError, type JsonObject, type JsonValue } from '@switchyard/contracts';
import type { AskOptions } from '../servers/server-connection.js';
import { unsupported } from '../servers/server-failure.js';

const MAX_TEXT = 8_192;

type Ask = (client: Client, params: AskParameters, options: RequestOptions) => Promise<object>;

/** What of a request's parameters is used, and as what. */
class AskParameters {
  constructor(
    private readonly method: string,
    private readonly values: JsonObject,
  ) {}

  /** @throws SwitchyardError `contract.invalid` */
  text(name: string): string {
    const value = this.values[name];
    if (typeof value === 'string' && value.length <= MAX_TEXT) return value;
    throw this.invalid(name, `a text of at most ${MAX_TEXT} characters`);
  }

  /** @throws SwitchyardError `contract.invalid` */
  texts(name: string): Record<string, string> {
    const value = this.values[name] ?? {};
    const entries =
      typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : undefined;
    if (!entries) throw this.invalid(name, 'an object of texts');
    return Object.fromEntries(entries.map(([key, text]) => [key, this.isText(name, text)]));
  }

  /** Of a prompt's argument or of a resource template's variable. */
  reference(): { type: 'ref/prompt'; name: string } | { type: 'ref/resource'; uri: string } {
    return this.values['prompt'] === undefined
      ? { type: 'ref/resource', uri: this.text('uri') }
      : { type: 'ref/prompt', name: this.text('prompt') };
  }

  private isText(name: string, value: JsonValue): string {
    if (typeof value === 'string' && value.length <= MAX_TEXT) return value;
    throw this.invalid(name, 'an object of texts');
  }

  private invalid(name: string, what: string): SwitchyardError {
    return new SwitchyardError('contract.invalid', `"${name}" of ${this.method} has to be ${what}.`, {
      details: { field: name },
    });
  }
}

/** By the method's name in MCP. Lists are whole, over all their pages. */
const ASKS: Readonly<Record<string, { capability: 'resources' | 'prompts' | 'completions'; ask: Ask }>> = {
  'resources/list': {
    capability: 'resources',
    ask: (client, _, options) => client.listResources(undefined, options),
  },
  'resources/templates/list': {
    capability: 'resources',
    ask: (client, _, options) => client.listResourceTemplates(undefined, options),
  },
  'resources/read': {
    capability: 'resources',
    ask: (client, params, options) => client.readResource({ uri: params.text('uri') }, options),
  },
  'prompts/list': { capability: 'prompts', ask: (client, _, options) => client.listPrompts(undefined, options) },
  'prompts/get': {
    capability: 'prompts',
    ask: (client, params, options) =>
      client.getPrompt({ name: params.text('prompt'), arguments: params.texts('arguments') }, options),
  },
  'completion/complete': {
    capability: 'completions',
    ask: (client, params, options) =>
      client.complete(
        {
          ref: params.reference(),
          argument: { name: params.text('argument'), value: params.text('value') },
          context: { arguments: params.texts('arguments') },
        },
        options,
      ),
  },
};

/**
 * Asks a server for what it has besides tools.
 *
 * @throws SwitchyardError `tool_server.unsupported`, `contract.invalid`; the SDK's errors
 */
export async function askMcpServer(
  client: Client,
  { server, method, params }: { server: string; method: string; params: JsonObject },
  { signal, timeoutMs }: AskOptions,
): Promise<JsonObject> {
  const known = Object.hasOwn(ASKS, method) ? ASKS[method] : undefined;
  if (!known || !client.getServerCapabilities()?.[known.capability]) throw unsupported(server, method.slice(0, 64));
  const result = await known.ask(client, new AskParameters(method, params), { signal, timeout: timeoutMs });
  // Parsed JSON, whatever its type says.
  return JSON.parse(JSON.stringify(result)) as JsonObject;
}
