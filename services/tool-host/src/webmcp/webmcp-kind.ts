import type { Config } from '@switchyard/config';
import type { ServerKind } from '../servers/server-connection.js';
import { BrowserPool } from './browser-pool.js';
import { WebMcpConnection } from './webmcp-connection.js';
import { webSettings } from './web-settings.js';

/** Pages in a browser of this host's own that offer tools (WebMCP). The browser runs while a page is open. */
export function createWebMcpKind({ tenant, toolHost }: Pick<Config, 'tenant' | 'toolHost'>): ServerKind {
  const pool = new BrowserPool(toolHost.chromium);
  const surroundings = {
    pool,
    allowedHosts: toolHost.fetchAllow.map((host) => host.toLowerCase()),
    listingTenant: tenant,
  };
  return {
    names: ['webmcp'],
    source: 'webmcp',
    check: (server) => void webSettings(server),
    connect: (options) => new WebMcpConnection(options, surroundings),
  };
}
