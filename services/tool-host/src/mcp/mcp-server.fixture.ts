import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { create, ToolServerSchema, type MessageInitShape, type ToolServer } from '@switchyard/contracts';

const SCRIPT = fileURLToPath(new URL('../../test/mcp-server.mjs', import.meta.url));

/** The fixture server over stdio, as a definition to apply. */
export function stdioServer(
  name: string,
  init: MessageInitShape<typeof ToolServerSchema> = {},
  ...options: string[]
): ToolServer {
  return create(ToolServerSchema, {
    name,
    kind: 'mcp-stdio',
    command: process.execPath,
    args: [SCRIPT, ...options],
    pool: 'default',
    ...init,
  });
}

/** The fixture server over HTTP, running; can be killed and started again on the same port. */
export class HttpFixture {
  port = 0;
  private child: ChildProcess | undefined;

  constructor(private readonly env: Readonly<Record<string, string>> = {}) {}

  server(name: string, init: MessageInitShape<typeof ToolServerSchema> = {}): ToolServer {
    return create(ToolServerSchema, {
      name,
      kind: 'mcp-http',
      url: `http://127.0.0.1:${this.port}/mcp`,
      pool: 'default',
      ...init,
    });
  }

  async start(): Promise<this> {
    const env = { ...process.env, ...this.env, FIXTURE_PORT: String(this.port) };
    const child = spawn(process.execPath, [SCRIPT, '--http'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    this.child = child;
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    this.port = Number(line);
    return this;
  }

  async kill(): Promise<void> {
    const child = this.child;
    this.child = undefined;
    if (!child || child.exitCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }
}
