import { isIP, type LookupFunction } from 'node:net';
import { Agent } from 'undici';
import { guardTarget, type FetchGuard } from '../../builtin/fetch/guarded-target.js';

const CONNECT_TIMEOUT_MS = 10_000;
const MAX_HEADER_BYTES = 64 * 1_024;
/** Shorter than what servers commonly wait (5 s), so that a connection is not used as it is closed at the other end. */
const KEEP_ALIVE_MS = 3_000;
/** Origins to which connections are kept: the API's own, and where its redirects lead. */
const MAX_AGENTS = 16;

/** Connections to the origins of one server, made only to addresses that the guard lets pass, and kept for a while. */
export class OriginAgents {
  private readonly agents = new Map<string, Agent>();

  constructor(private readonly guard: FetchGuard) {}

  /**
   * @param fresh on a connection of its own: what must not be sent twice is not sent on one that may be closing
   * @throws SwitchyardError `tool.url_refused`
   */
  async agentFor(url: URL, fresh: boolean): Promise<Agent> {
    // An address is connected to as it is, and never looked up.
    if (isIP(url.hostname.replace(/^\[|\]$/g, '')) !== 0) await guardTarget(url, this.guard);
    const key = `${fresh ? 'fresh' : 'kept'} ${url.origin}`;
    const known = this.agents.get(key);
    if (known) return known;
    const [oldest] = this.agents.entries();
    if (this.agents.size >= MAX_AGENTS && oldest) {
      this.agents.delete(oldest[0]);
      void oldest[1].close();
    }
    const agent = new Agent({
      connect: { lookup: this.lookup(url), timeout: CONNECT_TIMEOUT_MS },
      maxHeaderSize: MAX_HEADER_BYTES,
      keepAliveTimeout: KEEP_ALIVE_MS,
      pipelining: fresh ? 0 : 1,
      // The call's own time is what counts.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    this.agents.set(key, agent);
    return agent;
  }

  async close(): Promise<void> {
    const agents = [...this.agents.values()];
    this.agents.clear();
    await Promise.all(agents.map((agent) => agent.destroy()));
  }

  /** Judged anew for each connection, and connected to what was judged: a name cannot mean something else a moment later. */
  private lookup({ origin }: URL): LookupFunction {
    const url = new URL(origin);
    return (hostname, options, callback) => {
      guardTarget(url, this.guard).then(
        (pinned) => pinned(hostname, options, callback),
        (error: NodeJS.ErrnoException) => callback(error, '', 0),
      );
    };
  }
}
