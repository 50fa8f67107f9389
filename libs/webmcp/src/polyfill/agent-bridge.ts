import { installModelContext } from './install.js';

/** Put in by who injects this script: the name of the function that takes reports. */
const BINDING = '__SWITCHYARD_BINDING__';
const BRIDGE = Symbol.for('switchyard.webmcp');

type Outcome = { output: unknown } | { error: string } | { missing: true };

/**
 * For the browser of an agent, before any script of a page: stands in for what the browser lacks, reports what is registered, and calls it. A document
 * reports when it begins, and at every change; one with the browser's own interface reports nothing but that.
 */
export function bridge(): void {
  const report: unknown = Reflect.get(globalThis, BINDING);
  if (typeof report !== 'function') return;
  // The page's own scripts have no business with it.
  Reflect.deleteProperty(globalThis, BINDING);
  const context = installModelContext();
  if (!context) return void report([]);
  const calls = new Map<string, AbortController>();
  const call = async (id: string, name: string, input: object): Promise<Outcome> => {
    const tool = (await context.getTools()).find((candidate) => candidate.name === name);
    if (!tool) return { missing: true };
    const controller = new AbortController();
    calls.set(id, controller);
    try {
      return { output: await context.executeTool(tool, input, { signal: controller.signal }) };
    } catch (error) {
      return { error: error instanceof Error ? error.message : String(error) };
    } finally {
      calls.delete(id);
    }
  };
  Object.defineProperty(globalThis, BRIDGE, { value: { call, cancel: (id: string) => calls.get(id)?.abort() } });
  const tell = async () => {
    const tools = await context.getTools();
    report(tools.map(({ window: _, ...tool }) => JSON.parse(JSON.stringify(tool)) as object));
  };
  context.addEventListener('toolchange', () => void tell());
  void tell();
}
