import { SwitchyardError } from '@switchyard/contracts';

/** Where a tool host may connect to. Without patterns: anywhere that its other guards allow. */
export class Egress {
  private readonly patterns: readonly Pattern[];

  /** @param patterns "none" (a name that nobody has), "api.example.com", "*.example.com" (not example.com itself), "[::1]", each with ":port" or without; "*" is any */
  constructor(patterns: readonly string[]) {
    this.patterns = patterns.map(parse);
  }

  allows({ protocol, hostname, port }: Pick<URL, 'protocol' | 'hostname' | 'port'>): boolean {
    const host = hostname.toLowerCase().replace(/\.$/, '');
    const at = port || (protocol === 'https:' || protocol === 'wss:' ? '443' : '80');
    return this.patterns.length === 0 || this.patterns.some((pattern) => fits(pattern, host, at));
  }

  /** @throws SwitchyardError `tool.egress_refused` */
  check(url: URL): void {
    if (this.allows(url)) return;
    throw new SwitchyardError(
      'tool.egress_refused',
      `This tool host may not connect to ${url.host}. SWITCHYARD_EGRESS of its pool names where it may; an operator can add it there, or use a pool that may.`,
      { details: { host: url.host } },
    );
  }
}

interface Pattern {
  host: string;
  /** Undefined: any. */
  port: string | undefined;
}

/** What an operator may write; `config` refuses anything else before a host starts. */
function parse(pattern: string): Pattern {
  const [, host = pattern, port] = /^(.*?)(?::(\d+))?$/.exec(pattern) ?? [];
  return { host: host.toLowerCase(), port };
}

function fits({ host, port }: Pattern, name: string, at: string): boolean {
  if (port !== undefined && port !== at) return false;
  if (host === '*') return true;
  return host.startsWith('*.') ? name.endsWith(host.slice(1)) && name.length >= host.length : name === host;
}
