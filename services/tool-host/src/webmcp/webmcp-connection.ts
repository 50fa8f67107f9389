import { SwitchyardError, type ErrorInfo, type JsonObject } from '@switchyard/contracts';
import { validateArguments } from '@switchyard/models';
import { KeptSession } from '../servers/kept-session.js';
import type {
  CallOptions,
  ConnectionOptions,
  ConnectionStatus,
  OfferedTool,
  ServerConnection,
} from '../servers/server-connection.js';
import { stillUnavailable } from '../servers/server-failure.js';
import type { ToolOutput } from '../tools/tool.js';
import { systemResolve, type ResolveName } from '../builtin/fetch/guarded-target.js';
import type { BrowserPool } from './browser-pool.js';
import { KeptProfiles } from './kept-profiles.js';
import type { OfferedByFrame } from './native-tools.js';
import { outputOf } from './page-output.js';
import { WebSession } from './web-session.js';
import { webSettings, type WebSettings } from './web-settings.js';
import { toolChanged } from './webmcp-failure.js';

/** Changes that come together are told together. */
const TELL_AFTER_MS = 50;

export interface WebMcpSurroundings {
  pool: BrowserPool;
  /** host:port that may be asked for by every server's pages although its address is private. */
  allowedHosts: readonly string[];
  /** Whose pages are looked at for what is listed. */
  listingTenant: string;
  /** How names are looked up; the system's way where absent. */
  resolve?: ResolveName;
}

/** The tools of one server's pages. */
export class WebMcpConnection implements ServerConnection {
  tools: readonly OfferedTool[] = [];
  listed = false;
  private readonly settings: WebSettings;
  private readonly kept = new KeptProfiles();
  private readonly session: KeptSession<WebSession>;
  private telling: NodeJS.Timeout | undefined;
  private told = '';

  constructor(
    private readonly options: ConnectionOptions,
    private readonly surroundings: WebMcpSurroundings,
  ) {
    this.settings = webSettings(options.server);
    this.session = new KeptSession<WebSession>({
      name: this.name,
      logger: options.logger,
      open: () => this.open(),
      end: (session) => session.end(),
      onChange: (opened) => {
        if (opened) this.list(opened);
        options.onChange();
      },
    });
  }

  get status(): ConnectionStatus {
    return this.session.status;
  }

  get lastError(): ErrorInfo | undefined {
    return this.session.lastError;
  }

  attempt(): Promise<void> {
    return this.session.attempt();
  }

  async reach(timeoutMs: number): Promise<void> {
    await this.session.opened(timeoutMs);
  }

  async close(): Promise<void> {
    clearTimeout(this.telling);
    await this.session.close();
  }

  private get name(): string {
    return this.options.server.name;
  }

  private open(): Promise<WebSession> {
    const { pool, allowedHosts, listingTenant, resolve = systemResolve } = this.surroundings;
    return WebSession.open({
      server: this.name,
      settings: this.settings,
      pool,
      guard: {
        allow: new Set([...this.settings.privateHosts, ...allowedHosts]),
        resolve,
        egress: this.options.egress,
      },
      kept: this.kept,
      listingTenant,
      logger: this.options.logger,
      onTools: () => this.tellSoon(),
      onLost: (session, error) => this.session.lost(session, error),
    });
  }

  private tellSoon(): void {
    this.telling ??= setTimeout(() => {
      this.telling = undefined;
      const session = this.session.current;
      if (session && this.list(session)) this.options.onChange();
    }, TELL_AFTER_MS);
  }

  /** Whether anything is another than it was. */
  private list(session: WebSession): boolean {
    const offered = session.listing?.tools();
    if (!offered) return false;
    const text = JSON.stringify(
      offered.map(({ name, description, inputSchema, readOnly, consequential, origin }) => [
        name,
        description,
        inputSchema,
        readOnly,
        consequential,
        origin,
      ]),
    );
    const changed = !this.listed || text !== this.told;
    this.told = text;
    this.listed = true;
    this.tools = offered.map((tool) => this.offer(tool));
    return changed;
  }

  private offer(listed: OfferedByFrame): OfferedTool {
    const { name, origin, description, inputSchema, readOnly, consequential } = listed;
    const { askFirst } = this.settings;
    return {
      name,
      description: `Offered by the web page ${origin}, in its words: ${description}`,
      inputSchema,
      // Whoever says both is taken at the more careful word.
      ...(readOnly && !consequential ? { effectHint: 'pure' as const } : {}),
      ...(askFirst === 'none' ? {} : { askFirst: askFirst === 'irreversible' ? 'irreversible' : consequential }),
      call: (args, options) => this.call(listed, args, options),
    };
  }

  /** @throws SwitchyardError `tool.unavailable`, `tool.not_offered`, `tool.changed`, `tool.failed`; `OutcomeInDoubt` */
  private async call(listed: OfferedByFrame, args: JsonObject, options: CallOptions): Promise<ToolOutput> {
    try {
      return await this.callOnce(listed, args, options);
    } catch (failure) {
      const broken = failure instanceof SwitchyardError && failure.code === 'tool.disconnected';
      if (!broken || !options.repeatable || options.signal.aborted) throw failure;
      return await this.callOnce(listed, args, options);
    }
  }

  private async callOnce(listed: OfferedByFrame, args: JsonObject, options: CallOptions): Promise<ToolOutput> {
    const { signal, tenant } = options;
    const session = await this.connected(options);
    const profile = await session.profileOf(tenant);
    signal.throwIfAborted();
    const output = await profile.call(listed, args, signal, (found) => this.judge(listed, found, args));
    return outputOf(listed.name, output);
  }

  /** Pages differ from tenant to tenant and from moment to moment; what is called is what was agreed to. The browser itself checks nothing. */
  private judge(listed: OfferedByFrame, found: OfferedByFrame, args: JsonObject): void {
    if (found.consequential !== listed.consequential || found.readOnly !== listed.readOnly)
      throw toolChanged(this.name, listed.name, 'it says something else of its effect');
    // Agents may have been given an earlier version of it.
    const verdict = validateArguments(found.inputSchema, args);
    if (!verdict.ok) throw toolChanged(this.name, listed.name, `it now takes other arguments (${verdict.reason})`);
  }

  private async connected({ timeoutMs, signal }: CallOptions): Promise<WebSession> {
    const session = await this.session.opened(timeoutMs, signal);
    if (session) return session;
    throw stillUnavailable(this.name, this.lastError, 'its pages are not open');
  }
}
